// The stack's routes are the written API's: a path in one and not in the other is a hole or a lie.

import { controlRoutes as served } from '../../../lambdas/control/control.ts';
import {
  controlRoutes,
  ingestRoutes,
  queryRoutes,
  relayRoutes,
} from '../../../lib/query-routes.ts';
import { contractRoutes } from '../../support/openapi.ts';

it('serves exactly the paths of docs/openapi.yaml', () => {
  const routes = [...queryRoutes, ...ingestRoutes, ...controlRoutes, ...relayRoutes];

  expect(routes.sort()).toEqual([...contractRoutes].sort());
});

it('asks a token of exactly those who bring no seal', () => {
  const ofCaller = (isSealed: boolean) =>
    Object.keys(served)
      .filter((key) => (served[key]?.caller === 'sealed') === isSealed)
      .sort();

  expect([...controlRoutes].sort()).toEqual(ofCaller(false));
  expect([...relayRoutes].sort()).toEqual(ofCaller(true));
});
