// Where one user connects from, as a map; the tab of places says the same as a table.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Profile } from '../api/types.ts';
import { pointsOfPlaces, travels } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Block } from '../parts/answers.tsx';
import { Choice, type Choices } from '../parts/choice.tsx';
import { counted } from '../text/clock-text.ts';

const views: Choices<'all' | 'near'> = [
  ['all', 'all places'],
  ['near', 'usual places'],
];

type MapProps = { readonly profile: Profile; readonly flagged: ReadonlySet<string> };

export function ProfileMap({ profile, flagged }: MapProps): JSX.Element {
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
      <WorldMap
        label={`Map of places: ${top.join(', ')}; the tab of places has them all`}
        points={points}
        arcs={travels(profile.activities, flagged)}
        near={isSplit && isNear ? 'usual' : undefined}
        aspect={0.4}
      />
    </Block>
  );
}
