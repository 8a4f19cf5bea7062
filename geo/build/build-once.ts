// Builds a compact file unless the very same one is there already.

import { mkdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compactFileName } from '../compact/layout.ts';
import { readCompactHeader } from '../compact/page-source.ts';
import { compactCacheFolder, installedOpinion, installedPlainData } from '../installed-data.ts';
import { type BuildResult, type BuildSources, buildCompact, fingerprint } from './build-compact.ts';

/** The databases installed with npm, without sites and lists. @throws when one is missing. */
export function installedSources(from: string = process.cwd()): BuildSources {
  const plain = installedPlainData(from);
  const opinion = installedOpinion(from);
  return {
    cityV4: plain.cityV4Path,
    cityV6: plain.cityV6Path,
    asnV4: plain.asnV4Path,
    asnV6: plain.asnV6Path,
    opinionV4: opinion.v4,
    opinionV6: opinion.v6,
    sites: [],
    overlays: [],
  };
}

/**
 * Builds the file of these sources at `outPath`, or in the cache under the hash of the sources.
 * @param progress is told each step; not called when the file is there
 * @returns where it is; `result` only when it was built now
 */
export function buildOnce(
  sources: BuildSources,
  outPath: string | undefined,
  progress: (step: string) => void,
): { readonly path: string; readonly result?: BuildResult } {
  const { sourceHash } = fingerprint(sources);
  const path = outPath ?? join(compactCacheFolder(), sourceHash.slice(0, 16), compactFileName);
  if (readCompactHeader(path)?.sourceHash === sourceHash) {
    // Of several built files the newest is used (installed-data.ts): the one asked for last.
    const now = new Date();
    utimesSync(path, now, now);
    return { path };
  }
  mkdirSync(dirname(path), { recursive: true });
  return { path, result: buildCompact(sources, path, progress) };
}
