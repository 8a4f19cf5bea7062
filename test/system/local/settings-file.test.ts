// The settings file of the local run is in effect, with the sample as without it, and is not saved
// again by the next start.

import { startPipeline } from '../../../local/pipeline.ts';
import { readReplaySettings } from '../../../local/replay/settings-file.ts';
import { tempDir } from '../../local/temp-dir.ts';

const path = tempDir();
const site = { name: 'Lyon', networks: ['198.51.100.0/24'], country: 'FR', lat: 45.76, lon: 4.84 };
const domains = { netbios: { CORP: 'corp.example' }, defaultDomain: 'corp.example' };

async function settingsAfterStart(sample: 'morning' | 'none', dataDir: string) {
  const settings = readReplaySettings(JSON.stringify({ domains, sites: [site] }), 'settings.json');
  const run = { sample, once: true, json: true, radiusPort: 0, apiPort: 0, dataDir };
  const pipeline = await startPipeline(run, { settings, writeError: () => undefined });
  const response = await fetch(`${pipeline.endpoints.api}/v1/settings`);
  const kept = (await response.json()) as Record<string, unknown>;
  await pipeline.stop();
  return { kept, etag: response.headers.get('etag') };
}

it.each(['morning', 'none'] as const)('is in effect with --sample %s', async (sample) => {
  const first = await settingsAfterStart(sample, path(sample));
  const second = await settingsAfterStart(sample, path(sample));

  expect(first.kept).toMatchObject({ domains, sites: [site] });
  expect(second).toEqual(first);
});
