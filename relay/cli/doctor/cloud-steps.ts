// Shared by the checks of the path to the cloud: they are skipped without a cloud, and after a step
// that failed before them. Each check judges its own step only.

import { type Check, type Result, skip } from './check.ts';
import type { CloudPath } from './cloud-path.ts';

/** A check's `run` over the walked way; `judge` says nothing when the way ended before it. */
export function cloudSteps(judge: (path: CloudPath) => Result | undefined): Check['run'] {
  return async ({ cloudPath, loaded }) => {
    const walking = cloudPath();
    if (!walking) {
      const why = loaded.config ? 'no cloud is configured' : 'the configuration is not usable';
      return [skip(why)];
    }
    const path = await walking;
    return [judge(path) ?? skip(endedAt(path))];
  };
}

function endedAt({ name, route, tunnel, tls }: CloudPath): string {
  if (!name.ok) return 'the way ends at the name';
  if (!route?.ok) return 'the way ends before a connection stands';
  if (tunnel && !tunnel.ok) return 'the way ends at the proxy';
  if (tls && !tls.ok) return 'the way ends at the certificate';
  return 'not on this way';
}
