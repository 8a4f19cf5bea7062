// The case that a detection is part of, as a link: nothing where it stands alone.

import type { JSX } from 'preact';
import type { Answer } from '../api/api.ts';
import { caseHref } from '../api/paths.ts';
import type { Related } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';

export function CaseLink({ answer }: { readonly answer: Answer<Related> }): JSX.Element | null {
  const found = answer.kind === 'ok' ? answer.data.case : undefined;
  if (!found) return null;
  return (
    <p class="case-link">
      Part of a case:{' '}
      <a href={caseHref(found.id)}>
        <Untrusted text={found.title} />
      </a>
    </p>
  );
}
