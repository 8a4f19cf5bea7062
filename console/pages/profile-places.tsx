// Where one user connects from: a map, and the same as a table.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Activity, Profile } from '../api/types.ts';
import { pointsOfPlaces, travels } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Block } from '../parts/answers.tsx';
import { Choice, type Choices } from '../parts/choice.tsx';
import { PlaceTable } from '../parts/profile-tables.tsx';
import { counted } from '../text/clock-text.ts';

const views: Choices<'all' | 'near'> = [
  ['all', 'all places'],
  ['near', 'usual places'],
];

type PlacesProps = {
  readonly profile: Profile;
  readonly activities: readonly Activity[];
  readonly flagged: ReadonlySet<string>;
};

export function ProfilePlaces({ profile, activities, flagged }: PlacesProps): JSX.Element {
  const [pointed, setPointed] = useState<string>();
  const [isNear, setNear] = useState(false);
  const { places, detections } = profile;
  const flaggedKeys = new Set(detections.map(({ place }) => place.key));
  const points = pointsOfPlaces(places, flaggedKeys);
  const isSplit = new Set(points.map(({ tone }) => tone)).size > 1;
  const top = places.slice(0, 3).map(({ label }) => label);
  return (
    <Block
      id="places"
      title="Places"
      note={
        isSplit ? (
          <Choice
            name="map"
            label="Map"
            value={isNear ? 'near' : 'all'}
            choices={views}
            onChange={(view) => setNear(view === 'near')}
          />
        ) : (
          counted(places.length, 'place')
        )
      }
    >
      <div class="columns wide-left">
        <WorldMap
          label={`Map of places: ${top.join(', ')}; the table has them all`}
          points={points}
          arcs={travels(activities, flagged)}
          pointed={pointed}
          near={isSplit && isNear ? 'usual' : undefined}
          aspect={0.56}
        />
        <PlaceTable
          places={places}
          flaggedKeys={flaggedKeys}
          onPoint={(place) => setPointed(place?.key)}
        />
      </div>
    </Block>
  );
}
