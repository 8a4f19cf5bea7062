// The detections of one user: the newest with the profile, the others page by page.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { usePages } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import type { Detection, Profile } from '../api/types.ts';
import { More, Show } from './answers.tsx';
import { DetectionList } from './detection-list.tsx';

/** The newest detections, and a button for the others. */
export function ProfileDetections({ profile }: { readonly profile: Profile }): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  if (isAsked) return <AllDetections user={profile.user} />;
  return (
    <>
      <DetectionList detections={profile.detections} hasUser={false} />
      <More
        more={profile.hasMoreDetections ? () => setAsked(true) : undefined}
        isLoading={false}
        label="Older detections"
      />
    </>
  );
}

function AllDetections({ user }: { readonly user: string }): JSX.Element {
  const pages = usePages<Detection>((cursor) =>
    apiPaths.userDetections(user, { limit: '50', cursor }),
  );
  return (
    <Show answer={pages.answer}>
      {({ items }) => (
        <>
          <DetectionList detections={items} hasUser={false} />
          <More
            more={pages.more}
            isLoading={pages.isLoadingMore}
            problem={pages.moreProblem}
            label="Older detections"
          />
        </>
      )}
    </Show>
  );
}
