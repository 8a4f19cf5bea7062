// Starts the foreign OpenID provider (openid-provider-process.ts) and walks through its pages as a
// person's browser does: follows redirects, keeps cookies, fills in the two forms.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { builtProgram } from './built-program.ts';

export type ProviderOptions = {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly accessTokenSeconds?: number;
  readonly givesRefreshToken?: boolean;
};

/** What a path answers instead; status 0: the connection ends without an answer. */
export type ProviderFault = {
  readonly path: string;
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
};

export type OpenIdProvider = {
  readonly issuer: string;
  /** `POST /token` and so on, since it was started or `forget` was called. */
  readonly asked: readonly string[];
  forget(): void;
  /** Has a path answer wrongly from now on; undefined: rightly again. */
  breakPath(fault: ProviderFault | undefined): Promise<void>;
  stop(): Promise<void>;
};

export async function startOpenIdProvider(options: ProviderOptions): Promise<OpenIdProvider> {
  const child: ChildProcess = fork(
    builtProgram('test/support/openid-provider-process.ts'),
    [JSON.stringify(options)],
    {
      execArgv: [],
      // It warns of its development pages, which is why they are used.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const asked: string[] = [];
  child.on('message', (message: { asked?: string }) => {
    if (message.asked) asked.push(message.asked);
  });
  const issuer = await new Promise<string>((resolve, reject) => {
    child.on('message', (message: { issuer?: string }) => {
      if (message.issuer) resolve(message.issuer);
    });
    child.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)));
  });
  return {
    issuer,
    asked,
    forget: () => void asked.splice(0),
    breakPath: (fault) =>
      new Promise((resolve) => {
        const told = (message: { told?: boolean }): void => {
          if (!message.told) return;
          child.off('message', told);
          resolve();
        };
        child.on('message', told);
        child.send({ fault });
      }),
    stop: async () => {
      child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

export type Visit = { readonly url: URL; readonly status: number; readonly text: string };

/** A browser without a screen: one per person, since it keeps the provider's cookies. */
export class Visitor {
  private readonly cookies = new Map<string, string>();

  /** Opens an address and follows where it leads. */
  async open(address: string | URL, form?: Record<string, string>): Promise<Visit> {
    let url = new URL(address);
    let body = form && new URLSearchParams(form).toString();
    for (let hops = 0; hops < 12; hops += 1) {
      const response = await fetch(url, {
        redirect: 'manual',
        headers: {
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body !== undefined && { method: 'POST', body }),
      });
      for (const one of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (one.split(';')[0] ?? '').split('=');
        this.cookies.set(name, value);
      }
      const location = response.headers.get('location');
      const text = await response.text();
      if (!location) return { url, status: response.status, text };
      url = new URL(location, url);
      body = undefined;
    }
    throw new Error(`too many redirects: ${url.href}`);
  }

  /** Signs in at the provider and agrees to everything. @returns where the browser ends */
  async signIn(address: string | URL, name = 'alice@example.com'): Promise<Visit> {
    let page = await this.open(address);
    const forms = [{ prompt: 'login', login: name, password: 'any' }, { prompt: 'consent' }];
    for (const form of forms) {
      const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
      if (action === undefined) return page;
      page = await this.open(new URL(action, page.url), form as Record<string, string>);
    }
    return page;
  }

  /** Says no on the provider's page. */
  async refuse(address: string | URL): Promise<Visit> {
    const page = await this.open(address);
    const abort = /href="([^"]+\/abort)"/.exec(page.text)?.[1];
    if (abort === undefined) throw new Error('the page has nothing to say no with');
    return this.open(new URL(abort, page.url));
  }
}
