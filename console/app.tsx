// Which view an address shows, in the frame that all views share. Views that are rarely opened are
// loaded when they are.

import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { routeOf } from './api/paths.ts';
import { Rail } from './frame/rail.tsx';
import { sectionOf, sections } from './frame/sections.ts';
import { TopBar } from './frame/top-bar.tsx';
import { DetectionPage } from './pages/detection.tsx';
import { ProfilePage } from './pages/profile.tsx';
import { QueuePage } from './pages/queue.tsx';
import { Help } from './parts/help.tsx';
import { useKeys } from './parts/keyboard.ts';
import { lazyPage } from './parts/lazy.tsx';
import { useAddress } from './parts/router.ts';
import { rangeOf } from './text/range.ts';
import { sectionNamed } from './text/settings-sections.ts';

const AuditPage = lazyPage(async () => (await import('./pages/audit.tsx')).AuditPage);
const CasePage = lazyPage(async () => (await import('./pages/case.tsx')).CasePage);
const CasesPage = lazyPage(async () => (await import('./pages/cases.tsx')).CasesPage);
const DevicePage = lazyPage(async () => (await import('./pages/device.tsx')).DevicePage);
const DevicesPage = lazyPage(async () => (await import('./pages/devices.tsx')).DevicesPage);
const LivePage = lazyPage(async () => (await import('./pages/live.tsx')).LivePage);
const MapPage = lazyPage(async () => (await import('./pages/map.tsx')).MapPage);
const AddressPage = lazyPage(async () => (await import('./pages/origin.tsx')).AddressPage);
const NetworksPage = lazyPage(async () => (await import('./pages/networks.tsx')).NetworksPage);
const NetworkPage = lazyPage(async () => (await import('./pages/origin.tsx')).NetworkPage);
const PlacePage = lazyPage(async () => (await import('./pages/place.tsx')).PlacePage);
const PlacesPage = lazyPage(async () => (await import('./pages/places.tsx')).PlacesPage);
const RelaysPage = lazyPage(async () => (await import('./pages/relays.tsx')).RelaysPage);
const SettingsPage = lazyPage(async () => (await import('./pages/settings.tsx')).SettingsPage);
const SignedInPage = lazyPage(async () => (await import('./pages/signed-in.tsx')).SignedInPage);
const UsersPage = lazyPage(async () => (await import('./pages/users.tsx')).UsersPage);

export function App(): JSX.Element {
  const address = useAddress();
  const route = routeOf(address.pathname);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  useKeys(openHelp, sections);
  const main = useRef<HTMLElement>(null);
  const announced = useRef(address.pathname);
  useEffect(() => {
    // A new page is announced by moving to it; the first one is where the reader is already.
    if (announced.current === address.pathname) return;
    announced.current = address.pathname;
    main.current?.focus({ preventScroll: true });
  }, [address.pathname]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Rail section={sectionOf[route.page]} isQuiet={route.page === 'signed-in'} />
      <div class="beside-rail">
        <TopBar
          range={rangeOf(address.searchParams)}
          isQuiet={route.page === 'signed-in'}
          onHelp={openHelp}
        />
        <main id="main" tabIndex={-1} ref={main}>
          <PageOf address={address} />
        </main>
      </div>
      <Help isOpen={isHelpOpen} sections={sections} onClose={() => setHelpOpen(false)} />
    </>
  );
}

function PageOf({ address }: { readonly address: URL }): JSX.Element {
  const route = routeOf(address.pathname);
  const query = address.searchParams;
  const range = rangeOf(query);
  switch (route.page) {
    case 'queue':
      return <QueuePage query={query} range={range} />;
    case 'live':
      return <LivePage query={query} />;
    case 'map':
      return <MapPage range={range} />;
    case 'users':
      return <UsersPage query={query} range={range} />;
    case 'user':
      return <ProfilePage key={route.user} user={route.user} range={range} query={query} />;
    case 'detection':
      return <DetectionPage key={route.id} id={route.id} />;
    case 'cases':
      return <CasesPage query={query} range={range} />;
    case 'case':
      return <CasePage key={route.id} id={route.id} />;
    case 'devices':
      return <DevicesPage query={query} range={range} />;
    case 'device':
      return <DevicePage key={route.key} deviceKey={route.key} />;
    case 'settings': {
      const section = sectionNamed(route.section);
      return section === undefined ? <NoPage /> : <SettingsPage section={section} />;
    }
    case 'audit':
      return <AuditPage query={query} range={range} />;
    case 'relays':
      return <RelaysPage />;
    case 'signed-in':
      return <SignedInPage address={address} />;
    case 'address':
      return <AddressPage key={route.address} address={route.address} />;
    case 'networks':
      return <NetworksPage range={range} />;
    case 'network':
      return <NetworkPage key={route.asn} asn={route.asn} />;
    case 'places':
      return <PlacesPage query={query} range={range} />;
    case 'place':
      return <PlacePage key={route.cell} cell={route.cell} />;
    default:
      return <NoPage />;
  }
}

function NoPage(): JSX.Element {
  return (
    <>
      <h1>No such page</h1>
      <p>
        Go to the <a href="/">queue</a>, or search above.
      </p>
    </>
  );
}
