// Client-side routing: links within this origin change the address through the History API. The
// address is the only state of a view, so every view can be copied, bookmarked and reloaded. The
// time range is of the reader, not of a view: it goes along from view to view. Back finds the
// scroll position again.

import { useEffect, useState } from 'preact/hooks';

/** What is asked before a view with unsaved work is left. */
const question = 'Your changes are not saved. Leave and lose them?';

/** Parameters that go along from view to view. */
export const rangeParameters = ['range', 'from', 'to'] as const;

/** How long a view may take to be as tall as it was. */
const restoreMsMax = 3_000;

/** Whether the view shown holds work that going to an address would lose. */
let holdsWork = (_to: URL): boolean => false;

type Kept = { readonly step?: number; readonly top?: number };

const kept = (): Kept => (history.state as Kept | null) ?? {};

/** Steps made with this page, to undo one that the reader takes back. */
let step = kept().step ?? 0;
let isTakingBack = false;
/** Where each step was scrolled to. */
const tops = new Map<number, number>();
let stopRestoring: (() => void) | undefined;

const mayLeave = (to: URL): boolean => !holdsWork(to) || confirm(question);

/**
 * While `isUnsaved`, leaving the view or the page asks first.
 * @param keeps addresses that the work is not lost at
 */
export function useUnsaved(
  isUnsaved: boolean,
  keeps: (to: URL) => boolean = (): boolean => false,
): void {
  useEffect(() => {
    if (!isUnsaved) return undefined;
    holdsWork = (to) => !keeps(to);
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

/** Opens an address of the page, with the present time range unless it names one. */
export function navigate(href: string): void {
  const url = new URL(href, location.href);
  if (!mayLeave(url)) return;
  const here = new URL(location.href).searchParams;
  if (!rangeParameters.some((name) => url.searchParams.has(name))) {
    for (const name of rangeParameters) {
      const value = here.get(name);
      if (value !== null) url.searchParams.set(name, value);
    }
  }
  stopRestoring?.();
  tops.set(step, scrollY);
  step += 1;
  history.pushState({ step }, '', url);
  announce();
  scrollTo(0, 0);
}

/** Shows another address in place of the present one: Back does not lead to it. */
export const redirect = (href: string): void => replace(new URL(href, location.href));

/** Sets parameters of the present address without a new step in the history. */
export function setParameters(changes: Readonly<Record<string, string | undefined>>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  replace(url);
}

/** All values of one parameter of the present address. */
export function setParameterValues(name: string, values: readonly string[]): void {
  const url = new URL(location.href);
  url.searchParams.delete(name);
  for (const value of values) url.searchParams.append(name, value);
  replace(url);
}

function replace(url: URL): void {
  history.replaceState({ step }, '', url);
  announce();
}

/** One parameter of the present address. */
export const setParameter = (name: string, value: string | undefined): void =>
  setParameters({ [name]: value });

/** Takes over clicks on plain links of this origin, and the browser's back and forward. */
export function startRouter(): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', follow);
  // A reload comes to the same place; the browser keeps the state of the step.
  addEventListener('pagehide', () => history.replaceState({ step, top: scrollY }, ''));
  if (kept().top) restore(kept().top ?? 0);
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
  const to = (state as Kept | null)?.step ?? 0;
  if (isTakingBack || to === step) {
    isTakingBack = false;
    return;
  }
  if (mayLeave(new URL(location.href))) {
    stopRestoring?.();
    tops.set(step, scrollY);
    step = to;
    announce();
    restore(tops.get(to) ?? 0);
    return;
  }
  isTakingBack = true;
  history.go(step - to);
}

/** Scrolls as soon as the view is tall enough, unless the reader moves first. */
function restore(top: number): void {
  const until = performance.now() + restoreMsMax;
  const events = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    for (const name of events) removeEventListener(name, stop);
    stopRestoring = undefined;
  };
  stopRestoring = stop;
  for (const name of events) addEventListener(name, stop, { passive: true });
  const attempt = (now: number): void => {
    if (isOver) return;
    scrollTo(0, top);
    if (Math.abs(scrollY - top) < 2 || now > until) stop();
    else requestAnimationFrame(attempt);
  };
  requestAnimationFrame(attempt);
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
