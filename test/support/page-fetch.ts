// `fetch` as a page of the console calls it, answered by the functions themselves: routed as API
// Gateway routes, redirects followed as a browser follows them.

import { controlRoutes, queryRoutes } from '../../lib/query-routes.ts';
import { decodePath, makeRouteTable, type Routes } from '../../local/http/route-table.ts';

/** A request as the function gets it. */
export type PageRequest = {
  readonly routeKey: string;
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
};

export type PageAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
};

const redirectsMax = 5;
const routes = Object.fromEntries(
  [...queryRoutes, ...controlRoutes].map((key) => [key, {}]),
) as unknown as Routes;

/** Makes it. @param answer the function behind a route */
export function makePageFetch(answer: (request: PageRequest) => Promise<PageAnswer>) {
  const table = makeRouteTable(routes);
  return async (path: string, init: RequestInit = {}): Promise<Response> => {
    let next = path;
    for (let hop = 0; hop < redirectsMax; hop += 1) {
      const url = new URL(next, 'http://page.example');
      const found = table.match(init.method ?? 'GET', decodePath(url.pathname) ?? '');
      if (found.kind !== 'route') return new Response(`no route: ${next}`, { status: 404 });
      const { status, headers, text } = await answer({
        routeKey: found.routeKey,
        params: { ...found.parameters },
        query: joined(url.searchParams),
        headers: Object.fromEntries(new Headers(init.headers)),
        body: typeof init.body === 'string' ? init.body : undefined,
      });
      const pairs = Object.entries(headers).map(([name, value]) => [name, `${value}`] as const);
      if (status !== 308) {
        const body = status === 304 ? null : text;
        return new Response(body, { status, headers: Object.fromEntries(pairs) });
      }
      next = `${headers['location']}`;
    }
    return new Response('redirected in a circle', { status: 508 });
  };
}

/** Several values of one parameter are one, by comma. */
function joined(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
  );
}
