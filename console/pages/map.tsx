// The map of the organisation: where users were connected from in the last 24 hours, and where the
// detections of the time range came from, in layers, of all days or of one. A click on a place
// narrows the list beside it.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { calmMs, type Pages, useApi, usePages } from '../api/api.ts';
import { apiPaths, detectionHref, placeHref } from '../api/paths.ts';
import type { ListedDetection, Summary } from '../api/types.ts';
import {
  dayQuery,
  daysOf,
  type Layer,
  layers,
  type MapPlace,
  placesOf,
} from '../map/map-layers.ts';
import type { MapPoint } from '../map/map-types.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Credits, More, Show } from '../parts/answers.tsx';
import { Switch } from '../parts/form.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { useNow } from '../parts/time.tsx';
import { counted, dateText, grouped } from '../text/clock-text.ts';
import { type Range, rangeQuery, spanOfRange } from '../text/range.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '100';
const noonMs = 12 * 3600 * 1000;

const layerNames: Readonly<Record<Layer, string>> = {
  usual: 'users of the last 24 hours',
  new: 'detections from a new country',
  detections: 'other detections',
  uncertainty: 'uncertainty',
};

export function MapPage({ range }: { readonly range: Range }): JSX.Element {
  useTitle('Map');
  const summary = useApi<Summary>(apiPaths.summary, calmMs);
  const days = daysOf(spanOfRange(range, Date.now()));
  const [chosen, setDay] = useState<string | undefined>(undefined);
  // Of another time range it may be none.
  const day = days.find((one) => one === chosen);
  const asked = day === undefined ? rangeQuery(range) : dayQuery(day);
  const pages = usePages<ListedDetection>((cursor) =>
    apiPaths.detections({ ...asked, sort: 'time', limit: pageLimit, cursor }),
  );
  return (
    <>
      <h1>Map</h1>
      <Show answer={summary}>
        {({ live, attribution }) => (
          <>
            <Organisation live={live} pages={pages} days={days} day={day} onDay={setDay} />
            <Credits lines={attribution} />
          </>
        )}
      </Show>
    </>
  );
}

type SliderProps = {
  readonly days: readonly string[];
  readonly day: string | undefined;
  readonly onDay: (day: string | undefined) => void;
};

type OrganisationProps = SliderProps & {
  readonly live: Summary['live'];
  /** Detections of the day, or of the whole time range. */
  readonly pages: Pages<ListedDetection>;
};

function Organisation({ live, pages, ...slider }: OrganisationProps): JSX.Element {
  const { answer } = pages;
  const detections = answer.kind === 'ok' ? answer.data.items : [];
  const isWhole = answer.kind === 'ok' && !pages.more && live.isComplete && !(live.otherPlaces > 0);
  const [shown, setShown] = useState<ReadonlySet<Layer>>(new Set(layers));
  const [pressed, setPressed] = useState<ReadonlySet<string> | undefined>(undefined);
  const places = placesOf(live.places, detections, shown);
  const points = places.flatMap(({ point }) => point ?? []);
  const listed = pressed ? places.filter(({ key }) => pressed.has(key)) : places;
  return (
    <>
      <fieldset class="filters" aria-label="Layers">
        {layers.map((layer) => (
          <Switch
            key={layer}
            isOn={shown.has(layer)}
            onChange={(isOn) => setShown(withLayer(shown, layer, isOn))}
          >
            {layerNames[layer]}
          </Switch>
        ))}
      </fieldset>
      <DaySlider {...slider} />
      <div class="map-and-list">
        <WorldMap
          label={mapText(places)}
          points={points}
          spanMin={120}
          aspect={0.62}
          heightMax={640}
          canMove
          onPress={(_, near) => setPressed(near.length > 0 ? keysOf(near) : undefined)}
        />
        <div>
          {/* The map stays as it is meanwhile. */}
          <Show answer={answer}>{() => null}</Show>
          <p class="tiles-note" role="status">
            {isWhole ? '' : 'At least '}
            {counted(listed.length, 'place')}
            {pressed ? ' where you pressed. ' : '; a click on the map lists what is there. '}
            {pressed ? (
              <button type="button" class="quiet small" onClick={() => setPressed(undefined)}>
                All places
              </button>
            ) : null}
          </p>
          <List
            caption="Places, those with detections first"
            columns={columns}
            rows={listed}
            keyOf={({ key }) => key}
            classOf={({ detections: own }) => (own.length > 0 ? 'flagged' : undefined)}
            moreLabel="More places"
            empty={
              isWhole
                ? 'Nothing of that in this time. Other layers or a longer time may show some.'
                : 'Nothing of that among what is shown so far.'
            }
          />
          <More
            more={pages.more}
            isLoading={pages.isLoadingMore}
            problem={pages.moreProblem}
            label={`Older detections (${grouped(detections.length)} on the map)`}
          />
        </div>
      </div>
    </>
  );
}

/** Keys of the places that points stand for. */
const keysOf = (points: readonly MapPoint[]): ReadonlySet<string> =>
  new Set(points.flatMap(({ key, members }) => members ?? [key]));

function withLayer(shown: ReadonlySet<Layer>, layer: Layer, isOn: boolean): ReadonlySet<Layer> {
  const next = new Set(shown);
  if (isOn) next.add(layer);
  else next.delete(layer);
  return next;
}

/** All days at the left end, then one by one: detections are of that day. */
function DaySlider({ days, day, onDay }: SliderProps): JSX.Element {
  const now = useNow();
  // While it is drawn along nothing is asked for.
  const [drawnTo, setDrawn] = useState<string | undefined>(day);
  const drawn = days.find((one) => one === drawnTo);
  const name =
    drawn === undefined
      ? 'the whole time range'
      : `${dateText(Date.parse(drawn) + noonMs, 'utc', now)} (UTC)`;
  const dayAt = (input: HTMLInputElement): string | undefined => days[Number(input.value) - 1];
  return (
    <label class="day-slider">
      <span>
        Detections of <strong>{name}</strong>
      </span>
      <input
        type="range"
        min={0}
        max={days.length}
        value={drawn === undefined ? 0 : days.indexOf(drawn) + 1}
        aria-valuetext={name}
        onInput={({ currentTarget }) => setDrawn(dayAt(currentTarget))}
        onChange={({ currentTarget }) => onDay(dayAt(currentTarget))}
      />
    </label>
  );
}

const detectionsShown = 3;

const columns: readonly ListColumn<MapPlace>[] = [
  {
    id: 'place',
    title: 'Place',
    isHead: true,
    cell: ({ label, cell, hasNewCountry }) => (
      <>
        {cell ? (
          <a class="row-link" href={placeHref(cell)}>
            <Untrusted text={label} />
          </a>
        ) : (
          <Untrusted text={label} />
        )}
        {hasNewCountry ? <span class="under warn">a new country for somebody</span> : null}
      </>
    ),
  },
  {
    id: 'detections',
    title: 'Detections',
    cell: ({ detections }) => (
      <>
        {detections.slice(0, detectionsShown).map(({ id, user, severity }) => (
          <a key={id} class="origin" href={detectionHref(id)}>
            {severity}: <Untrusted text={user} />
          </a>
        ))}
        {detections.length > detectionsShown ? (
          <span class="under">and {grouped(detections.length - detectionsShown)} more</span>
        ) : null}
      </>
    ),
  },
  {
    id: 'users',
    title: 'Users today',
    width: '6rem',
    isNumber: true,
    cell: ({ users }) => (users === 0 ? '' : grouped(users)),
  },
];

/** Places named to who hears the map; the list has them all. */
const namedMax = 20;

function mapText(places: readonly MapPlace[]): string {
  const found = places.filter(({ detections }) => detections.length > 0).slice(0, namedMax);
  const usual = places.filter(({ users }) => users > 0).slice(0, 3);
  const names = (some: readonly MapPlace[], none: string): string =>
    some.map(({ label }) => label).join(', ') || none;
  return `Map of today: ${names(usual, 'nobody')}; detections: ${names(found, 'none')}`;
}
