// Preferences of this browser: theme, time zone, single-key shortcuts. They are kept in the
// browser's storage where that is allowed, else until the tab is closed.

import { useEffect, useState } from 'preact/hooks';

const defaults = { theme: 'system', zone: 'local', keys: 'on' } as const;
export type Preferences = {
  readonly theme: 'system' | 'light' | 'dark';
  readonly zone: 'local' | 'utc';
  readonly keys: 'on' | 'off';
};

const storageKey = 'wherefrom';
const changed = new EventTarget();
let current: Preferences = read();

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>;
    return {
      theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : defaults.theme,
      zone: stored.zone === 'utc' ? 'utc' : defaults.zone,
      keys: stored.keys === 'off' ? 'off' : defaults.keys,
    };
  } catch {
    return defaults;
  }
}

export const preferences = (): Preferences => current;

/** Changes some preferences, for now and for the next visit. */
export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // Storage is switched off: the choice holds until the page is closed.
  }
  applyTheme();
  changed.dispatchEvent(new Event('change'));
}

/** Puts the theme on the document; the style sheet does the rest. */
export function applyTheme(): void {
  const { theme } = current;
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** The preferences; the component is drawn again when they change. */
export function usePreferences(): Preferences {
  const [value, setValue] = useState(current);
  useEffect(() => {
    const update = (): void => setValue(current);
    changed.addEventListener('change', update);
    update();
    return () => changed.removeEventListener('change', update);
  }, []);
  return value;
}
