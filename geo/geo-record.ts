// Reads one record of a MaxMind-format file, whatever its maker: flat (ip-location-db),
// GeoIP2-nested, or with coordinates as strings. Data from outside: nothing about it is trusted.
// A record without a country or without coordinates gives no place; '' is never 0,0.

/**
 * A place as a source states it, cleaned. Coordinates in degrees. Every key is always there: the
 * engine reads objects of one shape several times faster.
 */
export type GeoRecord = {
  readonly country: string;
  readonly region: string | undefined;
  readonly city: string | undefined;
  readonly lat: number;
  readonly lon: number;
  /** The source's own accuracy radius, when it states one (GeoIP2): it is used as it is. */
  readonly statedRadiusKm: number | undefined;
  /** How far the places lie apart that this one stands for (a region): the radius is no less. */
  readonly spreadKm: number | undefined;
};

type Fields = Readonly<Record<string, unknown>>;

const nameCharsMax = 120;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** A coordinate in range, from a number or numeric text; undefined otherwise. */
function degrees(value: unknown, limit: number): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && Math.abs(number) <= limit ? number : undefined;
}

/** `Navi Mumbai (Ghansoli)` is a district of `Navi Mumbai`: districts are not told apart. */
export function placeName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const clean = value.replace(/\s*\([^)]*\)\s*$/, '').trim();
  return clean === '' || clean.length > nameCharsMax ? undefined : clean;
}

/** ISO 3166-1 alpha-2 of a record, of either schema; ZZ and the like mean unknown. */
export function countryOf(value: unknown): string | undefined {
  const fields = fieldsOf(value);
  const code = fields['country_code'] ?? fieldsOf(fields['country'])['iso_code'];
  if (typeof code !== 'string' || !/^[A-Z]{2}$/.test(code)) return undefined;
  return code === 'ZZ' || code === 'XX' ? undefined : code;
}

/** The place of a record; undefined when it names no country or no position. */
export function readGeoRecord(value: unknown): GeoRecord | undefined {
  const fields = fieldsOf(value);
  const location = fieldsOf(fields['location']);
  const country = countryOf(value);
  const lat = degrees(fields['latitude'] ?? location['latitude'], 90);
  const lon = degrees(fields['longitude'] ?? location['longitude'], 180);
  if (country === undefined || lat === undefined || lon === undefined) return undefined;
  const subdivisions = fields['subdivisions'];
  const subdivision = Array.isArray(subdivisions) ? fieldsOf(subdivisions[0]) : {};
  const region = placeName(fields['state1'] ?? fieldsOf(subdivision['names'])['en']);
  const cityField = fields['city'];
  const city = placeName(
    typeof cityField === 'string' ? cityField : fieldsOf(fieldsOf(cityField)['names'])['en'],
  );
  const statedRadiusKm = degrees(location['accuracy_radius'], 20_000) || undefined;
  return { country, region, city, lat, lon, statedRadiusKm, spreadKm: undefined };
}
