// Client-side routing: links within this origin change the address through the History API. The
// address is the only state of a view, so every view can be copied, bookmarked and reloaded.

import { useEffect, useState } from 'preact/hooks';

const changed = new EventTarget();
const announce = (): boolean => changed.dispatchEvent(new Event('change'));

/** Opens an address of the page. */
export function navigate(href: string): void {
  history.pushState(null, '', href);
  announce();
  scrollTo(0, 0);
}

/** Sets parameters of the present address without a new step in the history. */
export function setParameter(name: string, value: string | undefined): void {
  const url = new URL(location.href);
  if (value === undefined || value === '') url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  history.replaceState(null, '', url);
  announce();
}

/** Takes over clicks on plain links of this origin, and the browser's back and forward. */
export function startRouter(): void {
  addEventListener('popstate', announce);
  document.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey);
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!(link && isPlain) || event.altKey || event.defaultPrevented) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.getAttribute('href')?.startsWith('#') || link.pathname.startsWith('/v1/')) return;
    event.preventDefault();
    if (link.href !== location.href) navigate(link.href);
  });
}

/** The present address; the component is drawn again when it changes. */
export function useAddress(): URL {
  const [href, setHref] = useState(location.href);
  useEffect(() => {
    const update = (): void => setHref(location.href);
    changed.addEventListener('change', update);
    update();
    return () => changed.removeEventListener('change', update);
  }, []);
  return new URL(href);
}
