// The case that a detection is part of, as a link: nothing where it stands alone.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, caseHref } from '../api/paths.ts';
import type { Case, Page } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';

export function CaseLink({ detection }: { readonly detection: string }): JSX.Element | null {
  const answer = useApi<Page<Case>>(apiPaths.cases({ detection }), calmMs);
  const found = answer.kind === 'ok' ? answer.data.items[0] : undefined;
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
