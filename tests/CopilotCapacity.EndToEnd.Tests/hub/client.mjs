// An outside client of the hub, by the npm package: node client.mjs URL KEY ID AFTER COUNT
// Prints each alert's sequence, and ends after COUNT of them. The last sequence is all it keeps from one connection to the next.
import { HubConnectionBuilder, HttpTransportType, LogLevel } from '@microsoft/signalr';

const [url, key, id, after, count] = process.argv.slice(2);
let [last, seen, reconnects] = [Number(after), 0, -1];

while (seen < Number(count)) {
  const connection = new HubConnectionBuilder()
    .withUrl(`${url}/hubs/alerts`, { accessTokenFactory: () => key, transport: HttpTransportType.WebSockets })
    .configureLogging(LogLevel.None)
    .build();
  const closed = new Promise((resolve) => connection.onclose(resolve));
  connection.on('quota', (quota) => console.log(`quota ${quota.environmentId} ${quota.status} ${quota.sequence}`));
  connection.on('alert', (alert) => {
    console.log(`alert ${alert.sequence} ${alert.kind}`);
    last = alert.sequence;
    if (++seen === Number(count)) connection.stop();
  });
  try {
    await connection.start();
    reconnects++;
    await connection.invoke('Subscribe', id, last);
    await closed;
  } catch {
    // The portal is away; it is asked again soon.
    await connection.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
console.log(`reconnects ${reconnects}`);
process.exit(0);
