// The frame around every view: navigation, search, time zone and theme.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Route, routeOf, usersHref } from './api/paths.ts';
import { isSignedIn, signOut } from './api/sign-in.ts';
import { DetectionPage } from './pages/detection.tsx';
import { DetectionsPage } from './pages/detections.tsx';
import { DevicePage } from './pages/device.tsx';
import { DevicesPage } from './pages/devices.tsx';
import { LivePage } from './pages/live.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { PlacePage } from './pages/place.tsx';
import { ProfilePage } from './pages/profile.tsx';
import { RelaysPage } from './pages/relays.tsx';
import { SettingsPage } from './pages/settings.tsx';
import { SignedInPage } from './pages/signed-in.tsx';
import { UsersPage } from './pages/users.tsx';
import { Help } from './parts/help.tsx';
import { useKeys } from './parts/keyboard.ts';
import { prefer, usePreferences } from './parts/preferences.ts';
import { navigate, useAddress } from './parts/router.ts';
import { zoneText } from './text/clock-text.ts';

/** A place, seen from afar. */
const brandMark =
  'M12 2a7.5 7.5 0 0 0-7.5 7.5C4.5 15 12 22 12 22s7.5-7 7.5-12.5A7.5 7.5 0 0 0 12 2z';

const sections = [
  ['overview', '/', 'Overview'],
  ['detections', '/detections', 'Detections'],
  ['live', '/live', 'Live'],
  ['users', '/users', 'Users'],
  ['devices', '/devices', 'Devices'],
  ['relays', '/relays', 'Relays'],
  ['settings', '/settings', 'Settings'],
] as const;

/** Which section a page belongs to. */
const sectionOf: Readonly<Record<Route['page'], string>> = {
  overview: 'overview',
  live: 'live',
  users: 'users',
  user: 'users',
  place: 'users',
  detections: 'detections',
  detection: 'detections',
  devices: 'devices',
  device: 'devices',
  settings: 'settings',
  relays: 'relays',
  'signed-in': '',
  nothing: '',
};

export function App(): JSX.Element {
  const address = useAddress();
  const route = routeOf(address.pathname);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  useKeys(openHelp);
  const main = useRef<HTMLElement>(null);
  const announced = useRef(address.pathname);
  useEffect(() => {
    // A new page is announced by moving to it; the first one is where the reader is already.
    if (announced.current === address.pathname) return;
    announced.current = address.pathname;
    main.current?.focus();
  }, [address.pathname]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header section={sectionOf[route.page]} onHelp={openHelp} />
      <main id="main" tabIndex={-1} ref={main}>
        <PageOf route={route} address={address} />
      </main>
      <Help isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}

function PageOf({ route, address }: { route: Route; address: URL }): JSX.Element {
  const parameter = (name: string): string => address.searchParams.get(name) ?? '';
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'live':
      return <LivePage query={address.searchParams} />;
    case 'users':
      return <UsersPage search={parameter('search')} />;
    case 'user':
      return <ProfilePage key={route.user} user={route.user} range={parameter('range')} />;
    case 'detections':
      return (
        <DetectionsPage
          severity={parameter('severity')}
          status={parameter('status')}
          range={parameter('range')}
        />
      );
    case 'detection':
      return <DetectionPage key={route.id} id={route.id} />;
    case 'devices':
      return <DevicesPage search={parameter('search')} />;
    case 'device':
      return <DevicePage key={route.key} deviceKey={route.key} />;
    case 'settings':
      return <SettingsPage />;
    case 'relays':
      return <RelaysPage />;
    case 'signed-in':
      return <SignedInPage address={address} />;
    case 'place':
      return <PlacePage key={route.cell} cell={route.cell} />;
    default:
      return (
        <>
          <h1>No such page</h1>
          <p>
            Go to the <a href="/">overview</a>, or search for a user above.
          </p>
        </>
      );
  }
}

function Header({ section, onHelp }: { section: string; onHelp: () => void }): JSX.Element {
  return (
    <header class="top">
      <a class="brand" href="/">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={brandMark} />
          <circle cx="12" cy="9.5" r="2.8" />
        </svg>
        Wherefrom
      </a>
      <nav aria-label="Sections">
        {sections.map(([key, href, text]) => (
          <a key={key} href={href} aria-current={key === section ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
      <SearchBox />
      <Choices />
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

function SearchBox(): JSX.Element {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('search') ?? '').trim();
    if (text === '') return;
    navigate(usersHref(text));
    event.currentTarget.reset();
  };
  return (
    <search>
      <form onSubmit={submit} action="/users">
        <label for="search" class="unseen">
          Find a user
        </label>
        <input
          id="search"
          name="search"
          type="search"
          placeholder="Find a user"
          autocomplete="off"
          spellcheck={false}
          maxLength={253}
        />
        <span class="key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
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
