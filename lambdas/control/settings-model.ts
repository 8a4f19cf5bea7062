// The settings of an organisation: their schema, their defaults, and every mistake at once with its
// path and what is expected there. Their meaning is defined in docs/openapi.yaml.
// Promise: secrets pass through here once, in plain text, and appear in no message.

import * as v from 'valibot';
import { formatAddress, parseCidr } from '../../domain/address.ts';
import type { Settings } from '../../domain/settings.ts';
import { skippedNames } from '../../wire/record-of.ts';
import { accountLinksSchema } from './link-schema.ts';

/** A gateway as the settings keep it. Secrets are elsewhere; here are their fingerprints. */
export type StoredGateway = {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly vendor?: string;
  readonly behindProxy?: boolean;
  readonly requireMessageAuthenticator?: boolean;
  /** Keyed fingerprints of the secrets that are set. */
  readonly secret?: string;
  readonly nextSecret?: string;
};

export type OrganisationSettings = Settings & {
  /** False: relays close their ports. */
  readonly enabled: boolean;
  readonly gateways: readonly StoredGateway[];
  /** Version of the gateway secrets in the secret store; absent: there are none. */
  readonly secretsVersion?: string;
};

/** A place in the body (RFC 6901) and what is expected there. */
export type Mistake = { readonly pointer: string; readonly detail: string };

/**
 * Octets of the settings as they are stored, in JSON. An item is at most 400 KB, names, keys and
 * version included (DynamoDB Developer Guide, "Item sizes"); the rest is left to what is added.
 */
export const settingsOctetsMax = 400_000;
const gatewaysMax = 300;
const addressesMax = 64;
const namesMax = 200;
/** Shorter ones can be guessed from one captured packet. */
const secretCharactersMin = 16;
const secretOctetsMax = 128;

const flag = v.boolean('expects true or false');
const nameShape = 'expects 1 to 63 letters, digits, "-", "_" or ".", not ending in ".next"';
const blockShape = 'expects an address or a CIDR block, for example "10.0.0.1" or "10.1.0.0/16"';
const domainShape = 'expects a DNS name, for example "contoso.com"';
const secretShape =
  `expects ${secretCharactersMin} characters to ${secretOctetsMax} octets without blanks at ` +
  'either end or control characters';

const block = v.pipe(
  v.string(blockShape),
  v.check((text) => blockOf(text) !== undefined, blockShape),
);
const domain = v.pipe(
  v.string(domainShape),
  v.regex(/^(?=.{1,253}$)[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*$/i, domainShape),
);
const netbiosShape = 'expects NetBIOS names of at most 15 characters and DNS names';
const netbiosName = v.pipe(
  v.string(netbiosShape),
  v.regex(/^[^\s\\/:*?"<>|]{1,15}$/, netbiosShape),
);

const hoursShape = 'expects 1 to 168 whole hours';

const shownSecret = v.object({ fingerprint: v.string() });
const typedSecret = v.pipe(v.string(secretShape), v.check(isGoodSecret, secretShape));
/** What an admin typed, or what GET showed, which means: unchanged. */
const secret = v.union([typedSecret, shownSecret], secretShape);

const gatewaySchema = v.object(
  {
    name: v.pipe(
      v.string(nameShape),
      v.regex(/^[A-Za-z0-9](?:[\w.-]{0,62})$/, nameShape),
      v.check((name) => !name.endsWith('.next'), nameShape),
    ),
    addresses: v.pipe(
      v.array(block, 'expects a list of addresses'),
      v.minLength(1, 'expects at least one address'),
      v.maxLength(addressesMax, `expects at most ${addressesMax} addresses`),
    ),
    vendor: v.exactOptional(
      v.pipe(
        v.string('expects the name of a vendor'),
        v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expects the name of a vendor, such as "cisco-asa"'),
      ),
    ),
    behindProxy: v.exactOptional(flag),
    requireMessageAuthenticator: v.exactOptional(flag),
    secret: v.exactOptional(secret),
    nextSecret: v.exactOptional(v.nullable(secret)),
    /** The next secret becomes the secret: the gateway uses it. */
    promoteNextSecret: v.exactOptional(flag),
  },
  'expects a gateway: { name, addresses, ... }',
);

const countryShape = 'expects a country as two capital letters, for example "FR"';
const cityShape = 'expects the name of a city, at most 80 characters';
const siteNameShape = 'expects a name of 1 to 80 characters';
const degrees = (max: number) => {
  const shape = `expects degrees from -${max} to ${max}`;
  return v.pipe(v.number(shape), v.minValue(-max, shape), v.maxValue(max, shape));
};
const line = (shape: string) => v.pipe(v.string(shape), v.regex(/^[^\p{Cc}]{1,80}$/u, shape));

const siteSchema = v.object(
  {
    name: line(siteNameShape),
    networks: v.pipe(
      v.array(block, 'expects a list of addresses and CIDR blocks'),
      v.minLength(1, 'expects at least one address or block'),
      v.maxLength(addressesMax, `expects at most ${addressesMax} addresses and blocks`),
    ),
    country: v.pipe(v.string(countryShape), v.regex(/^[A-Z]{2}$/, countryShape)),
    city: v.exactOptional(line(cityShape)),
    lat: degrees(90),
    lon: degrees(180),
  },
  'expects a site: { name, networks, country, lat, lon }',
);

const budgetShape = 'expects alerts per 1,000 users and day, from 0.05 to 1000';

const schema = v.object(
  {
    enabled: flag,
    gateways: v.pipe(
      v.array(gatewaySchema, 'expects a list of gateways'),
      v.maxLength(gatewaysMax, `expects at most ${gatewaysMax} gateways`),
    ),
    domains: v.object(
      {
        netbios: v.pipe(
          v.record(netbiosName, domain, netbiosShape),
          v.check((names) => Object.keys(names).length <= namesMax, `at most ${namesMax} names`),
        ),
        defaultDomain: v.exactOptional(domain),
      },
      'expects { netbios, defaultDomain }',
    ),
    detection: v.exactOptional(
      v.object(
        {
          sensitivity: v.exactOptional(
            v.picklist(['low', 'normal', 'high'], 'expects low, normal or high'),
          ),
          alertsPerThousandPerDay: v.exactOptional(
            v.pipe(
              v.number(budgetShape),
              v.minValue(0.05, budgetShape),
              v.maxValue(1_000, budgetShape),
            ),
          ),
          strictGate: v.exactOptional(flag),
        },
        'expects { sensitivity, alertsPerThousandPerDay, strictGate }',
      ),
    ),
    sessions: v.exactOptional(
      v.object(
        {
          maxHoursWithoutInterims: v.exactOptional(
            v.pipe(
              v.number(hoursShape),
              v.integer(hoursShape),
              v.minValue(1, hoursShape),
              v.maxValue(168, hoursShape),
            ),
          ),
        },
        'expects { maxHoursWithoutInterims }',
      ),
    ),
    sites: v.exactOptional(
      v.pipe(
        v.array(siteSchema, 'expects a list of sites'),
        v.maxLength(namesMax, `expects at most ${namesMax} sites`),
      ),
    ),
    accountLinks: v.exactOptional(accountLinksSchema),
  },
  'expects settings: { enabled, gateways, domains, detection, sessions, sites, accountLinks }',
);

/** Settings as an admin sends them: with secrets in the clear where they are set. */
export type SentSettings = v.InferOutput<typeof schema>;
export type SentGateway = SentSettings['gateways'][number];

/** Checks everything and says everything that is wrong. */
export function checkSettings(
  value: unknown,
): { readonly settings: SentSettings } | { readonly mistakes: readonly Mistake[] } {
  const mistakes = unknownKeys(schema, value, '');
  const parsed = v.safeParse(schema, value);
  for (const issue of parsed.issues ?? []) {
    const keys = (issue.path ?? []).map(({ key }) => String(key));
    const isMissing = issue.path?.at(-1)?.value === undefined && keys.length > 0;
    const detail = isMissing ? `is missing: ${issue.message}` : issue.message;
    mistakes.push({ pointer: pointerOf(keys), detail });
  }
  if (parsed.success) mistakes.push(...clashes(parsed.output));
  return parsed.success && mistakes.length === 0 ? { settings: parsed.output } : { mistakes };
}

/** One spelling of an address or a block; undefined when it is neither. */
function blockOf(text: string): string | undefined {
  const cidr = parseCidr(text);
  return cidr && `${formatAddress(cidr.network)}/${cidr.bits}`;
}

function isGoodSecret(text: string): boolean {
  return (
    text.length >= secretCharactersMin &&
    Buffer.byteLength(text) <= secretOctetsMax &&
    text === text.trim() &&
    !/\p{Cc}/u.test(text)
  );
}

/** Names and addresses that two gateways claim, and secrets that cannot follow each other. */
function clashes({ gateways, sites = [] }: SentSettings): Mistake[] {
  const mistakes: Mistake[] = [];
  const owners = new Map<string, number>();
  const claim = (text: string, pointer: string, index: number) => {
    const owner = owners.get(text);
    if (owner === undefined) owners.set(text, index);
    else mistakes.push({ pointer, detail: `stands at /gateways/${owner} already` });
  };
  for (const [index, gateway] of gateways.entries()) {
    const at = `/gateways/${index}`;
    claim(`name ${gateway.name}`, `${at}/name`, index);
    for (const [i, address] of gateway.addresses.entries()) {
      claim(blockOf(address) ?? address, `${at}/addresses/${i}`, index);
    }
    if (gateway.promoteNextSecret && typeof gateway.secret === 'string') {
      const detail = 'expects either a new secret or that the next one becomes it';
      mistakes.push({ pointer: `${at}/promoteNextSecret`, detail });
    }
  }
  return [...mistakes, ...siteClashes(sites)];
}

/** Networks may lie in each other, since the narrower one decides; none may stand twice. */
function siteClashes(sites: NonNullable<SentSettings['sites']>): Mistake[] {
  const owners = new Map<string, number>();
  return sites.flatMap(({ networks }, index) =>
    networks.flatMap((network, i): Mistake[] => {
      const text = blockOf(network) ?? network;
      const owner = owners.get(text);
      if (owner === undefined) owners.set(text, index);
      const detail = `stands at /sites/${owner} already`;
      return owner === undefined ? [] : [{ pointer: `/sites/${index}/networks/${i}`, detail }];
    }),
  );
}

/** Walks schema and value side by side for keys that the schema does not have, or would drop. */
function unknownKeys(part: v.GenericSchema, value: unknown, pointer: string): Mistake[] {
  const inner = unwrapped(part);
  if (Array.isArray(value)) {
    const item = 'item' in inner ? (inner.item as v.GenericSchema) : undefined;
    if (!item) return [];
    return value.flatMap((element, i) => unknownKeys(item, element, `${pointer}/${i}`));
  }
  if (typeof value !== 'object' || value === null) return [];
  if (inner.type === 'record') {
    const detail = 'expects another name: this one cannot be mapped';
    return skippedNames(value).map((name) => ({ pointer: pointer + pointerOf([name]), detail }));
  }
  if (!('entries' in inner)) return [];
  const entries = new Map(Object.entries(inner.entries as Record<string, v.GenericSchema>));
  return Object.entries(value).flatMap(([key, member]) => {
    const known = entries.get(key);
    const below = pointer + pointerOf([key]);
    if (known) return unknownKeys(known, member, below);
    return [{ pointer: below, detail: `is unknown: there is ${[...entries.keys()].join(', ')}` }];
  });
}

function unwrapped(part: v.GenericSchema): v.GenericSchema {
  return 'wrapped' in part ? unwrapped(part.wrapped as v.GenericSchema) : part;
}

/** RFC 6901. Long or unprintable keys are cut: an answer repeats no hostile text. */
function pointerOf(keys: readonly string[]): string {
  const shown = keys.map((key) => key.slice(0, 64).replace(/[^\x20-\x7e]/g, '?'));
  return shown.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
