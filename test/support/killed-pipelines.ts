// Pipelines that a test kills: each in a data folder of its own, none left behind.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getJson, type Pipeline, startPipeline } from './pipeline.ts';

const folders: string[] = [];
const running = new Set<Pipeline>();

const freePorts = ['--radius-port', '0', '--api-port', '0'];

/** For the top of a test file: what still runs after a test is killed, folders go in the end. */
export function endPipelines(): void {
  afterEach(async () => {
    for (const pipeline of running) {
      pipeline.child.kill('SIGKILL');
      await pipeline.exited;
    }
    running.clear();
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-kill-'));
  folders.push(folder);
  return folder;
}

/** Starts one over the folder, without the sample unless `args` ask for it. */
export async function start(
  folder: string,
  { program, args = ['--sample', 'none'] }: Partial<{ program: string; args: string[] }> = {},
): Promise<Pipeline> {
  const pipeline = await startPipeline(
    [...args, '--json', '--data', folder, ...freePorts],
    program,
  );
  running.add(pipeline);
  return pipeline;
}

export async function killHard(pipeline: Pipeline): Promise<void> {
  pipeline.child.kill('SIGKILL');
  await gone(pipeline);
}

/** Resolves with its exit code when it has ended by itself. */
export async function gone(pipeline: Pipeline): Promise<number | null> {
  const code = await pipeline.exited;
  running.delete(pipeline);
  return code;
}

type Activities = { readonly items: readonly { readonly sessionId: string }[] };

/** Ids of the sessions that the API shows of a user. */
export async function sessionsOf(pipeline: Pipeline, user: string): Promise<readonly string[]> {
  const path = `/v1/users/${encodeURIComponent(user)}/activities?limit=100`;
  const found = await getJson<Activities>(pipeline.ready, path);
  return (found?.items ?? []).map((item) => item.sessionId).sort();
}
