// Parts of the page that are loaded when they are first shown: rare pages, the outline of the map.

import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** What a module with a rare part looks like once it is there; `failed`: it did not come. */
type Loaded<T> = T | 'failed' | undefined;

/** Loads a module once. @returns a hook for what it holds */
export function makeLazy<T extends object>(load: () => Promise<T>): () => Loaded<T> {
  let held: T | undefined;
  return () => {
    const [, draw] = useState(0);
    const [hasFailed, setFailed] = useState(false);
    useEffect(() => {
      if (held) return;
      load().then(
        (module) => {
          held = module;
          draw((count) => count + 1);
        },
        () => setFailed(true),
      );
    }, []);
    return held ?? (hasFailed ? 'failed' : undefined);
  };
}

/** A rare page as a component. `load` gives the component itself. */
export function lazyPage<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (props: P) => JSX.Element {
  const useModule = makeLazy(async () => ({ page: await load() }));
  return (props) => {
    const module = useModule();
    if (module === 'failed') return <NotLoaded />;
    if (module === undefined) {
      return (
        <p class="waiting" role="status">
          Loading …
        </p>
      );
    }
    const Page = module.page;
    return <Page {...props} />;
  };
}

/** Its file is gone: the console was updated since this tab was opened, or the network fails. */
function NotLoaded(): JSX.Element {
  return (
    <div class="notice" role="alert">
      <h1>This page did not load</h1>
      <p>The console may have been updated meanwhile.</p>
      <p class="actions">
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </p>
    </div>
  );
}
