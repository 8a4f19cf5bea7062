import fc from 'fast-check';
import {
  apiPaths,
  detectionHref,
  deviceHref,
  routeOf,
  userHref,
} from '../../../console/api/paths.ts';
import { decodePath } from '../../../local/http/route-table.ts';

/** What the API reads of a path segment: the gateway decodes once, the function once more. */
const readByApi = (path: string): string[] =>
  (decodePath(path.split('?')[0] ?? '') ?? '').split('/').map(decodeURIComponent);

describe('addresses of the page', () => {
  it('lead where they say', () => {
    expect(routeOf('/')).toEqual({ page: 'queue' });
    expect(routeOf('/users')).toEqual({ page: 'users' });
    expect(routeOf('/users/')).toEqual({ page: 'users' });
    expect(routeOf('/places/51.5_-0.5')).toEqual({ page: 'place', cell: '51.5_-0.5' });
    expect(routeOf('/networks')).toEqual({ page: 'networks' });
    expect(routeOf('/networks/AS7303')).toEqual({ page: 'network', asn: 'AS7303' });
    expect(routeOf('/settings')).toEqual({ page: 'settings' });
    expect(routeOf('/settings/sites')).toEqual({ page: 'settings', section: 'sites' });
    expect(routeOf('/audit')).toEqual({ page: 'audit' });
    expect(routeOf('/elsewhere')).toEqual({ page: 'nothing' });
    expect(routeOf('/users/a/b')).toEqual({ page: 'nothing' });
  });

  it('stay readable for ordinary names', () => {
    expect(userHref('alice@contoso.com')).toBe('/users/alice@contoso.com');
  });

  it('carry any name there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        expect(routeOf(userHref(name))).toEqual({ page: 'user', user: name });
        expect(routeOf(detectionHref(name))).toEqual({ page: 'detection', id: name });
        expect(routeOf(deviceHref(name))).toEqual({ page: 'device', key: name });
      }),
    );
  });

  it('survive half a character and broken encoding', () => {
    expect(userHref('a\ud800')).toBe('/users/a%EF%BF%BD');
    expect(routeOf('/users/100%')).toEqual({ page: 'user', user: '100%' });
  });
});

describe('addresses of the API', () => {
  it('carry any name through the two decodings of gateway and function', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        expect(readByApi(apiPaths.user(name))).toEqual(['', 'v1', 'users', name]);
        expect(readByApi(apiPaths.device(name))).toEqual(['', 'v1', 'devices', name]);
      }),
    );
  });

  it('leave out what is not asked for', () => {
    expect(apiPaths.users({ search: '', limit: '5', cursor: undefined })).toBe('/v1/users?limit=5');
    expect(apiPaths.detections({})).toBe('/v1/detections');
  });
});
