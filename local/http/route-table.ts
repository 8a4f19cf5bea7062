// Which route a request takes, as API Gateway's HTTP API decides it.
// The whole path is percent-decoded before it is split, so an encoded slash separates segments and
// an encoded question mark ends the path: a value that holds one must be encoded twice.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { LocalFunction } from '../local-function.ts';

export type Route = {
  readonly function: LocalFunction<APIGatewayProxyEventV2>;
  /** A relay's route: the request proves itself by its seal, so no browser rule applies. */
  readonly isSealed?: boolean;
};

/** Keys are `METHOD /path/{parameter}`, as in API Gateway. */
export type Routes = Readonly<Record<string, Route>>;

export type RouteMatch =
  | {
      readonly kind: 'route';
      readonly routeKey: string;
      readonly route: Route;
      readonly parameters: Readonly<Record<string, string>>;
    }
  /** The path exists with these methods only. */
  | { readonly kind: 'other-method'; readonly allow: readonly string[] }
  | { readonly kind: 'none' };

type Entry = {
  readonly routeKey: string;
  readonly method: string;
  readonly segments: readonly string[];
  readonly route: Route;
};

export type RouteTable = { match(method: string, decodedPath: string): RouteMatch };

const keyForm = /^([A-Z]+) (\/\S*)$/;

/** @throws Error for a key that is not `METHOD /path`. */
export function makeRouteTable(routes: Routes): RouteTable {
  const entries = Object.entries(routes).map(([routeKey, route]) => toEntry(routeKey, route));
  return {
    match: (method, decodedPath) => {
      const segments = decodedPath.split('/');
      const candidates = entries
        .filter((entry) => fits(entry.segments, segments))
        .sort((a, b) => literals(b) - literals(a));
      const found = candidates.find((entry) => entry.method === method);
      if (found) {
        const { routeKey, route } = found;
        return { kind: 'route', routeKey, route, parameters: parametersOf(found, segments) };
      }
      if (candidates.length === 0) return { kind: 'none' };
      return { kind: 'other-method', allow: candidates.map((entry) => entry.method).sort() };
    },
  };
}

/** The path as API Gateway reads it; undefined when its percent-encoding is broken. */
export function decodePath(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath).split('?')[0];
  } catch {
    return undefined;
  }
}

function toEntry(routeKey: string, route: Route): Entry {
  const [, method, path] = keyForm.exec(routeKey) ?? [];
  if (!method || !path) throw new Error(`${routeKey} is no route: write METHOD /path`);
  return { routeKey, method, segments: path.split('/'), route };
}

const isParameter = (segment: string) => segment.startsWith('{') && segment.endsWith('}');

/** A parameter takes one segment that is not empty. */
function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, i) => (isParameter(part) ? segments[i] !== '' : segments[i] === part))
  );
}

/** The more literal route wins: `/v1/users/me` before `/v1/users/{user}`. */
function literals(entry: Entry): number {
  return entry.segments.filter((segment) => !isParameter(segment)).length;
}

function parametersOf(entry: Entry, segments: readonly string[]): Record<string, string> {
  const pairs = entry.segments.flatMap((segment, i) =>
    isParameter(segment) ? [[segment.slice(1, -1), segments[i] ?? '']] : [],
  );
  return Object.fromEntries(pairs);
}
