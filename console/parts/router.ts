// Client-side routing: links within this origin change the address through the History API. The
// address is the only state of a view, so every view can be copied, bookmarked and reloaded.

import { useEffect, useState } from 'preact/hooks';

/** What is asked before a view with unsaved work is left. */
const question = 'Your changes are not saved. Leave and lose them?';

/** Whether the view shown holds work that leaving it would lose. */
let holdsWork = (): boolean => false;
/** Steps made with this page, to undo one that the reader takes back. */
let step = Number((history.state as { step?: number } | null)?.step ?? 0);
let isTakingBack = false;

const mayLeave = (): boolean => !holdsWork() || confirm(question);

/** While `isUnsaved`, leaving the view or the page asks first. */
export function useUnsaved(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    holdsWork = () => true;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => {
      holdsWork = () => false;
      removeEventListener('beforeunload', ask);
    };
  }, [isUnsaved]);
}

const changed = new EventTarget();
const announce = (): boolean => changed.dispatchEvent(new Event('change'));

/** Opens an address of the page. */
export function navigate(href: string): void {
  if (!mayLeave()) return;
  step += 1;
  history.pushState({ step }, '', href);
  announce();
  scrollTo(0, 0);
}

/** Sets parameters of the present address without a new step in the history. */
export function setParameter(name: string, value: string | undefined): void {
  const url = new URL(location.href);
  if (value === undefined || value === '') url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  history.replaceState({ step }, '', url);
  announce();
}

/** Takes over clicks on plain links of this origin, and the browser's back and forward. */
export function startRouter(): void {
  addEventListener('popstate', follow);
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

/** Back and forward: the browser has moved already, so a "no" moves it back. */
function follow({ state }: PopStateEvent): void {
  const to = Number((state as { step?: number } | null)?.step ?? 0);
  if (isTakingBack || to === step) {
    isTakingBack = false;
    return;
  }
  if (mayLeave()) {
    step = to;
    announce();
    return;
  }
  isTakingBack = true;
  history.go(step - to);
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
