// Asks the deployed API under its own name, and holds every answer to docs/openapi.yaml.

import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { contractRoutes, violations } from '../../support/openapi.ts';
import type { EmulatedCloud } from './emulated-cloud.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // Answers are data of many shapes.
  readonly json: ReturnType<typeof JSON.parse>;
};

export type Api = {
  /** Answers so far. */
  readonly answers: number;
  /** @throws Error when the answer is not as the contract says */
  ask(method: string, path: string, more?: AskOptions): Promise<Answer>;
};

export type AskOptions = {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

const timeoutMs = 60_000;

/** @param endpoint output `Endpoint` of the stack; @param token of who asks */
export function openApi(cloud: EmulatedCloud, endpoint: string, token: string): Api {
  const { host } = new URL(endpoint);
  const ca = readFileSync(cloud.caFile);
  let answers = 0;
  return {
    get answers() {
      return answers;
    },
    async ask(method, path, more = {}) {
      const authorization = more.token ?? token;
      const headers = {
        host,
        ...(authorization && { authorization: `Bearer ${authorization}` }),
        ...more.headers,
      };
      const options = { method, path, headers, ca, servername: host, timeout: timeoutMs };
      const answer = await new Promise<Answer>((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port: cloud.port, ...options }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part) => parts.push(part));
          response.on('end', () => {
            const text = Buffer.concat(parts).toString();
            const { statusCode: status = 0, headers: received } = response;
            resolve({ status, headers: received, text, json: parsed(text) });
          });
        });
        sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer`)));
        sent.on('error', reject);
        sent.end(more.body);
      });
      answers += 1;
      // API Gateway's own answers come before any function.
      const isGateways = answer.status === 401 && answer.json?.title === undefined;
      const broken = isGateways ? [] : violations(routeKeyOf(method, path), answer);
      if (broken.length > 0) {
        throw new Error(`${method} ${path}: ${answer.status} ${answer.text}\n${broken.join('\n')}`);
      }
      return answer;
    },
  };
}

function parsed(text: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The route of the contract that a path belongs to. */
function routeKeyOf(method: string, path: string): string {
  const [plain = ''] = path.split('?');
  const found = contractRoutes.find((key) => {
    const [verb = '', template = ''] = key.split(' ');
    return verb === method && new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain);
  });
  if (!found) throw new Error(`the contract has no ${method} ${plain}`);
  return found;
}
