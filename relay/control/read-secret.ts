// Reads a token that must not be on a command line: from a pipe to its end, from a terminal one
// line without echo. It stores nothing.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** A token is 128 characters; whoever pipes a film in has mistaken something. */
const charactersMax = 64 * 1024;

/** Makes `readSecret` of a verb's world. @param say shows the prompt */
export function makeReadSecret(
  stdin: NodeJS.ReadStream,
  say: (text: string) => void,
): (prompt: string) => Promise<string> {
  return async (prompt) => (stdin.isTTY ? typed(stdin, prompt, say) : piped(stdin));
}

async function piped(stdin: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > charactersMax) break;
  }
  return text;
}

function typed(stdin: ReadStream, prompt: string, say: (text: string) => void): Promise<string> {
  say(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  return new Promise((resolve) => {
    const end = (line: string): void => {
      lines.close();
      say('\n');
      resolve(line);
    };
    lines.once('line', end);
    lines.once('SIGINT', () => end(''));
  });
}
