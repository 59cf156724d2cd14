// Verifies webhooks as a receiver would, with the reference library of Standard Webhooks. Reads a list of
// {secret, headers, body} from its input and says of each whether it is accepted, at the time of its own timestamp.
import { Webhook } from 'standardwebhooks';

let input = '';
for await (const chunk of process.stdin) {
  input += chunk;
}

const now = Date.now;
const answers = JSON.parse(input).map(({ secret, headers, body, skewSeconds = 0 }) => {
  Date.now = () => (Number(headers['webhook-timestamp']) + skewSeconds) * 1000;
  try {
    new Webhook(secret).verify(body, headers);
    return 'accepted';
  } catch (error) {
    return error.message;
  } finally {
    Date.now = now;
  }
});
process.stdout.write(JSON.stringify(answers));
