// The bar above every view: search, the time range of all views, the zone of all times, the theme.

import type { JSX } from 'preact';
import { isSignedIn, signOut } from '../api/sign-in.ts';
import { useMe } from '../parts/me.ts';
import { prefer, usePreferences } from '../parts/preferences.ts';
import { SearchBox } from '../parts/search-box.tsx';
import { zoneText } from '../text/clock-text.ts';
import type { Range } from '../text/range.ts';
import { Untrusted } from '../text/text.tsx';
import { RangeMenu } from './range-menu.tsx';

type BarProps = {
  readonly range: Range;
  /** Asks nothing: nobody is signed in yet. */
  readonly isQuiet: boolean;
  readonly onHelp: () => void;
};

export function TopBar({ range, isQuiet, onHelp }: BarProps): JSX.Element {
  return (
    <header class="bar-top">
      <SearchBox />
      <RangeMenu range={range} />
      <Choices />
      <Reader isQuiet={isQuiet} />
      <button type="button" class="quiet" onClick={onHelp}>
        Help
      </button>
      {isSignedIn() ? (
        <button type="button" class="quiet" onClick={() => void signOut().catch(reportError)}>
          Sign out
        </button>
      ) : null}
    </header>
  );
}

/** Who reads, and in which role. */
function Reader({ isQuiet }: { readonly isQuiet: boolean }): JSX.Element | null {
  const me = useMe(isQuiet);
  if (!me) return null;
  return (
    <span class="reader">
      <span class="unseen">Signed in as </span>
      <Untrusted text={me.name ?? me.id} />, {me.role}
    </span>
  );
}

const themes = { system: 'light', light: 'dark', dark: 'system' } as const;
const themeNames = { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };

function Choices(): JSX.Element {
  const { theme, zone } = usePreferences();
  const other = zone === 'utc' ? 'local' : 'utc';
  return (
    <div class="choices">
      <button
        type="button"
        class="quiet"
        title={zone === 'utc' ? 'Show times in my zone' : 'Show times in UTC'}
        onClick={() => prefer({ zone: other })}
      >
        <span class="unseen">Times in </span>
        {zoneText(zone, Date.now())}
      </button>
      <button
        type="button"
        class="quiet theme"
        title={themeNames[theme]}
        onClick={() => prefer({ theme: themes[theme] })}
      >
        <span class="unseen">{themeNames[theme]}</span>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6.5" class="theme-edge" />
          <path d={themeMark[theme]} />
        </svg>
      </button>
    </div>
  );
}

/** Half full follows the system, empty is light, full is dark. */
const themeMark = {
  system: 'M8 1.5a6.5 6.5 0 0 1 0 13z',
  light: '',
  dark: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z',
} as const;
