// Headless Chromium over the debugging pipe (Chrome DevTools Protocol, JSON and a NUL byte a message), so
// that no driver and no port is needed.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Skip, eventually } from './cases.mjs';
import { temporaryHome } from './weir.mjs';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions',
    '--no-default-browser-check', '--remote-debugging-pipe'];

function findChromium() {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
        for (const folder of process.env.PATH.split(delimiter)) {
            try {
                accessSync(join(folder, name), constants.X_OK);
                return join(folder, name);
            } catch { /* The next one. */ }
        }
    }
    throw new Skip('no Chromium on this machine');
}

/// Opens `url` in a browser of its own and gives what page.run() needs; the browser ends with close().
export async function openPage(url) {
    const home = temporaryHome();
    const child = spawn(findChromium(), [...flags, `--user-data-dir=${join(home.path, 'profile')}`, 'about:blank'],
        { env: home.environment, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const page = new Page(child, exited, home);
    const { targetInfos } = await page.send('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }) => type === 'page');
    page.targetId = targetId;
    page.session = (await page.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    for (const domain of ['Runtime', 'Network', 'Page', 'Log']) await page.send(`${domain}.enable`);
    await page.send('Page.navigate', { url });
    return page;
}

class Page {
    #next = 1;
    #waiting = new Map();
    #rest = '';
    /// What the page, an SDK in it or the network complained about.
    complaints = [];
    /// {method, url, status} of every answer.
    answers = [];
    #requests = new Map();

    constructor(child, exited, home) {
        Object.assign(this, { child, exited, home });
        child.stdio[4].setEncoding('utf8').on('data', (text) => this.#read(text));
        child.stdio[3].on('error', () => {}); // The browser is gone: exited tells.
        exited.then(() => this.#waiting.forEach(({ reject }) => reject(new Error('the browser ended'))));
    }

    send(method, params = {}) {
        const id = this.#next++;
        this.child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
        return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    }

    #read(text) {
        const messages = (this.#rest + text).split('\0');
        this.#rest = messages.pop();
        for (const message of messages) this.#take(JSON.parse(message));
    }

    #take({ id, result, error, method, params }) {
        if (id) {
            const { resolve, reject } = this.#waiting.get(id);
            this.#waiting.delete(id);
            return error ? reject(new Error(error.message)) : resolve(result);
        }
        const handler = {
            'Runtime.exceptionThrown': () => this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text),
            'Runtime.consoleAPICalled': () => {
                if (['error', 'warning'].includes(params.type))
                    this.complaints.push(`console.${params.type}: ${params.args.map((arg) => arg.value ?? arg.description).join(' ')}`);
            },
            'Network.requestWillBeSent': () => this.#requests.set(params.requestId, params.request),
            'Network.responseReceived': () => {
                const request = this.#requests.get(params.requestId);
                this.answers.push({ method: request?.method ?? params.type, url: params.response.url, status: params.response.status });
            },
            'Network.loadingFailed': () => {
                if (!params.canceled)
                    this.complaints.push(`${this.#requests.get(params.requestId)?.url}: ${params.errorText} ${params.blockedReason ?? ''}${params.corsErrorStatus?.corsError ?? ''}`);
            },
        }[method];
        return handler?.();
    }

    /// The value of an expression in the page; promises are awaited.
    async evaluate(expression) {
        const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
    }

    /// Calls the page's own `run(argument)` once its script is there.
    async run(argument) {
        await eventually('the page\'s script', () => this.evaluate('typeof window.run === "function"'));
        return this.evaluate(`window.run(${JSON.stringify(argument)})`);
    }

    /// Leaves the page, so that its SDK sends what it still holds by beacon.
    leave() {
        return this.send('Page.navigate', { url: 'about:blank' });
    }

    async close() {
        this.send('Browser.close').catch(() => {});
        const late = setTimeout(() => process.kill(-this.child.pid, 'SIGKILL'), 5000);
        await this.exited;
        clearTimeout(late);
        this.home.remove();
    }
}
