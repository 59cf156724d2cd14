// <copilot-credits-banner environment="…" src="https://portal" token-src="/my-server/token">
// Tells users that Copilot Credits are low, used up or back; see docs/in-app-banner.md.
// Title and text when low, used up, back; dismiss; actions.
const TEXTS = {
  en: ['Copilot Credits are running low', 'When they are used up, AI features pause until credits are added.', 'AI features are paused', 'The Copilot Credits of this environment are used up. AI features come back as soon as credits are added.', 'AI features are back', 'Copilot Credits are available again.', 'Dismiss', 'Move credits', 'Buy packs', 'Raise the budget', 'Pay as you go', 'Ask your administrator'],
  de: ['Copilot Credits gehen zur Neige', 'Sind sie aufgebraucht, pausieren die KI-Funktionen, bis Credits hinzugefügt werden.', 'KI-Funktionen pausieren', 'Die Copilot Credits dieser Umgebung sind aufgebraucht. Die KI-Funktionen sind wieder da, sobald Credits hinzugefügt werden.', 'KI-Funktionen sind wieder da', 'Es gibt wieder Copilot Credits.', 'Schließen', 'Credits verschieben', 'Pakete kaufen', 'Budget erhöhen', 'Nutzungsbasiert zahlen', 'Administrator fragen'],
  fr: ['Les Copilot Credits s’épuisent', 'Une fois épuisés, les fonctions d’IA s’arrêtent jusqu’à l’ajout de crédits.', 'Les fonctions d’IA sont en pause', 'Les Copilot Credits de cet environnement sont épuisés. Les fonctions d’IA reviendront dès l’ajout de crédits.', 'Les fonctions d’IA sont de retour', 'Des Copilot Credits sont de nouveau disponibles.', 'Fermer', 'Déplacer des crédits', 'Acheter des packs', 'Augmenter le budget', 'Payer à l’usage', 'Demander à l’administrateur'],
  es: ['Quedan pocos Copilot Credits', 'Cuando se agoten, las funciones de IA se pausarán hasta que se añadan créditos.', 'Las funciones de IA están en pausa', 'Los Copilot Credits de este entorno se han agotado. Las funciones de IA volverán en cuanto se añadan créditos.', 'Las funciones de IA han vuelto', 'Vuelve a haber Copilot Credits.', 'Cerrar', 'Mover créditos', 'Comprar paquetes', 'Aumentar el presupuesto', 'Pagar por uso', 'Preguntar al administrador'],
  ja: ['Copilot クレジットが残りわずかです', '使い切ると、クレジットが追加されるまで AI 機能は停止します。', 'AI 機能は停止中です', 'この環境の Copilot クレジットを使い切りました。クレジットが追加され次第、AI 機能は再開します。', 'AI 機能が再開しました', 'Copilot クレジットが再び利用できます。', '閉じる', 'クレジットを移す', 'パックを購入', '予算を増やす', '従量課金にする', '管理者に依頼'],
};
const ACTIONS = { reallocate: 7, purchase: 8, raiseBudget: 9, linkPayAsYouGo: 10 };
const SIGNS = { low: '!', out: '×', back: '✓' };
const CSS = `
:host{font:14px/1.45 var(--ccb-font,system-ui,sans-serif)}:host(:not([hidden])){display:block}
.low{--b:#fff4e0;--c:#3d2600;--a:#8a5200}.out{--b:#fdecea;--c:#4a0e0a;--a:#b3261e}.back{--b:#e8f5ec;--c:#0e3b1c;--a:#1b7f3b}
.dark .low{--b:#33260f;--c:#ffe2b3;--a:#ffb547}.dark .out{--b:#3a1715;--c:#ffdad6;--a:#ff8a80}.dark .back{--b:#12301c;--c:#c8f0d4;--a:#5fd38d}
.notice{display:flex;align-items:start;gap:12px;padding:10px 12px;background:var(--ccb-background,var(--b));color:var(--ccb-color,var(--c));border:1px solid var(--ccb-accent,var(--a));border-inline-start-width:5px;border-radius:var(--ccb-radius,6px)}
.sign{flex:none;inline-size:20px;block-size:20px;line-height:20px;text-align:center;font-weight:700;border-radius:50%;background:var(--ccb-accent,var(--a));color:var(--ccb-background,var(--b))}
.text{flex:1;min-inline-size:0;overflow-wrap:anywhere}strong,.text>span{display:block;text-align:start}
.actions{display:flex;flex-wrap:wrap;gap:0 14px}
a,button{color:inherit;min-block-size:24px;min-inline-size:24px;font:inherit;font-weight:600}
button{background:none;border:0;padding:0;cursor:pointer;font-size:20px;line-height:1}
:focus-visible{outline:2px solid;outline-offset:2px}
@media(prefers-reduced-motion:no-preference){.notice{animation:in .2s}@keyframes in{from{opacity:0}}}`;

const HOME = new URL(import.meta.url).origin;
const BACK_MS = 60_000, QUIET_MS = 45_000, WAIT_MS = 3_000, MOST_MS = 300_000;
const dark = matchMedia('(prefers-color-scheme: dark)');

// Storage may be forbidden; then a page remembers only for itself.
const kept = {};
const recall = (store, key) => { try { return window[store][key]; } catch { return kept[key]; } };
const keep = (store, key, value) => { try { window[store][key] = value; } catch { kept[key] = value; } };

class CopilotCreditsBanner extends HTMLElement {
  static observedAttributes = ['environment', 'src', 'token', 'token-src', 'lang', 'audience', 'theme', 'help-href'];
  #root; #run; #lastId; #token; #shown = ''; #quota; #kind; #timer; #wait = WAIT_MS;

  #at(name) { return this.getAttribute(name); }

  connectedCallback() {
    if (!this.#root) {
      this.#root = this.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      this.#root.adoptedStyleSheets = [sheet];
      // The regions are there before their content, or screen readers say nothing.
      const frame = make('div');
      frame.append(make('div', { role: 'alert' }), make('div', { role: 'status' }), make('div'));
      this.#root.append(frame);
    }
    dark.addEventListener('change', this);
    document.addEventListener('visibilitychange', this);
    this.#start();
  }

  disconnectedCallback() {
    dark.removeEventListener('change', this);
    document.removeEventListener('visibilitychange', this);
    clearTimeout(this.#timer);
    this.#run?.abort();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#root || before === after) return;
    if (/^(env|src|token)/.test(name)) {
      this.#token = this.#lastId = this.#kind = undefined;
      this.#start();
    }
    this.#draw();
  }

  // A page nobody looks at holds no connection; it comes back where it was.
  handleEvent(event) { event.type === 'change' ? this.#draw() : this.#start(); }

  #start() {
    this.#run?.abort();
    this.#run = new AbortController();
    if (this.isConnected && !document.hidden && this.#at('environment')) this.#follow(this.#run.signal);
  }

  async #follow(signal) {
    while (!signal.aborted) {
      try { await this.#read(signal); } catch { /* Away, or not for this page: the app goes on without a notice. */ }
      await new Promise((resolve) => { setTimeout(resolve, this.#wait * (0.5 + Math.random() / 2)); });
      this.#wait = Math.min(this.#wait * 2, MOST_MS);
    }
  }

  async #read(signal) {
    const headers = { Authorization: `Bearer ${await this.#bearer(signal)}`, ...(this.#lastId && { 'Last-Event-ID': this.#lastId }) };
    const url = `${(this.#at('src') || HOME).replace(/\/+$/, '')}/api/v1/environments/${encodeURIComponent(this.#at('environment'))}/notices/stream`;
    const quiet = new AbortController();
    let watch = setTimeout(() => quiet.abort(), QUIET_MS);
    try {
      const answer = await fetch(url, { headers, signal: AbortSignal.any([signal, quiet.signal]), cache: 'no-store', credentials: 'omit' });
      if (answer.status === 401) this.#token = undefined;
      if (!answer.ok) return;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = '', part; !(part = await reader.read()).done;) {
        clearTimeout(watch);
        watch = setTimeout(() => quiet.abort(), QUIET_MS);
        this.#wait = WAIT_MS;
        const events = (rest + part.value).split('\n\n');
        rest = events.pop();
        events.forEach((event) => this.#take(event));
      }
    } finally { clearTimeout(watch); }
  }

  async #bearer(signal) {
    if (this.#at('token')) return this.#at('token');
    if (!this.#token || Date.now() > Date.parse(this.#token.expiresAt) - 30_000) {
      const answer = await fetch(this.#at('token-src'), { signal, cache: 'no-store' });
      if (!answer.ok) throw new Error();
      this.#token = await answer.json();
    }
    return this.#token.token;
  }

  #take(event) {
    const field = (name) => event.match(new RegExp(`^${name}: ?(.*)$`, 'm'))?.[1];
    if (field('event') !== 'quota') return;
    const quota = JSON.parse(field('data')), seen = this.#key('status'), before = recall('sessionStorage', seen);
    [this.#lastId, this.#quota] = [field('id'), quota];
    keep('sessionStorage', seen, quota.status);
    this.#kind = quota.status === 'depleted' ? 'out' : before === 'depleted' ? 'back' : quota.status === 'low' ? 'low' : undefined;
    clearTimeout(this.#timer);
    if (this.#kind === 'back') {
      this.#timer = setTimeout(() => { this.#kind = quota.status === 'low' ? 'low' : undefined; this.#draw(); }, BACK_MS);
    }
    this.#draw();
    this.dispatchEvent(new CustomEvent('quota', { detail: quota, bubbles: true, composed: true }));
  }

  #key(what) { return `ccb:${what}:${this.#at('environment')}`; }

  #draw() {
    const frame = this.#root.firstChild, [alert, status, plain] = frame.children, theme = this.#at('theme');
    frame.classList.toggle('dark', theme ? theme === 'dark' : dark.matches);
    const name = this.#lastId + this.#kind;
    const wanted = (this.closest('[lang]:not([lang=""])')?.lang || navigator.language).slice(0, 2).toLowerCase(), lang = TEXTS[wanted] ? wanted : 'en';
    const isAdmin = (this.#at('audience') || this.#token?.audience) === 'admins';
    const isWanted = this.#kind && recall('localStorage', this.#key('dismissed')) !== name;
    const notice = isWanted ? [name, lang, isAdmin, this.#at('help-href')].join() : '';
    // The same again is not drawn anew, so it is not said again.
    if (notice === this.#shown) return;
    this.#shown = notice;
    [alert, status, plain].forEach((region) => region.replaceChildren());
    if (!notice) return;
    const isTold = recall('sessionStorage', this.#key('told')) === name;
    keep('sessionStorage', this.#key('told'), name);
    (isTold ? plain : this.#kind === 'out' ? alert : status).append(this.#notice(lang, isAdmin, name));
  }

  #notice(lang, isAdmin, name) {
    const texts = TEXTS[lang], kind = this.#kind, first = { low: 0, out: 2, back: 4 }[kind];
    const notice = make('div', { class: `notice ${kind}`, part: `notice ${kind}`, lang });
    const text = make('div', { class: 'text' });
    text.append(make('strong', { part: 'title', dir: 'auto' }, texts[first]), make('span', { part: 'text', dir: 'auto' }, texts[first + 1]));
    const actions = make('div', { class: 'actions', part: 'actions' });
    if (kind !== 'back') this.#links(texts, isAdmin).forEach((link) => actions.append(link));
    const close = make('button', { type: 'button', part: 'dismiss', 'aria-label': texts[6] }, '×');
    close.addEventListener('click', () => { keep('localStorage', this.#key('dismissed'), name); this.#draw(); });
    text.append(actions);
    notice.append(make('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[kind]), text, close);
    return notice;
  }

  #links(texts, isAdmin) {
    const home = this.#at('src') || HOME, help = this.#at('help-href');
    const wanted = isAdmin ? this.#quota.actions.map((action) => [texts[ACTIONS[action.kind]], action.href, home]) : help ? [[texts[11], help, '']] : [];
    return wanted.map(([words, href, base]) => [words, new URL(href, new URL(base, document.baseURI))])
      .filter(([words, url]) => words && /^(https?|mailto):$/.test(url.protocol))
      .map(([words, url]) => make('a', { part: 'action', href: url.href, target: '_blank', rel: 'noopener' }, words));
  }
}

function make(tag, attributes = {}, text = '') {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.textContent = text;
  return element;
}

customElements.get('copilot-credits-banner') ?? customElements.define('copilot-credits-banner', CopilotCreditsBanner);
