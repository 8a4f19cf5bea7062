// The search of the top bar: any part of anything that has a page, in groups, while one types. Keys
// move through the results, Enter opens one, Escape closes them. What comes from outside is text.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import {
  addressHref,
  apiPaths,
  detectionHref,
  hitHref,
  networkHref,
  usersHref,
} from '../api/paths.ts';
import type { SearchResult } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';
import { navigate } from './router.ts';

/** What is typed rests so long before it is asked for. */
const restMs = 180;

const groupTitles: Readonly<Record<string, string>> = {
  user: 'Users',
  address: 'Addresses',
  network: 'Networks',
  device: 'Devices',
  place: 'Places',
  gateway: 'Gateways',
  session: 'Sessions now',
  detection: 'Detections',
};

type Group = SearchResult['groups'][number];
type Shown = { readonly group: Group; readonly hit: Group['items'][number]; readonly href: string };

export function SearchBox(): JSX.Element {
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed), restMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const answer = useApi<SearchResult>(asked === '' ? undefined : apiPaths.search(asked), 0);
  const isCurrent = asked === typed && answer.kind === 'ok';
  const hits = isCurrent ? hitsOf(answer.data) : [];
  const open = (href: string): void => {
    setTyped('');
    setAsked('');
    setOpen(false);
    setAt(-1);
    input.current?.blur();
    navigate(href);
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    // What Enter does rests on what is chosen or typed, never on how fast an answer came.
    const chosen = hits[at];
    if (chosen) open(chosen.href);
    else if (typed.trim() !== '') open(directHref(typed.trim()));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || hits.length === 0) return;
    event.preventDefault();
    setOpen(true);
    setAt((at + step + hits.length) % hits.length);
  };
  const isShown = isOpen && typed !== '';
  return (
    <search
      onFocusOut={(event: FocusEvent) => {
        const to = event.relatedTarget;
        const isInside = to instanceof Node && (event.currentTarget as Node).contains(to);
        if (!isInside) setOpen(false);
      }}
    >
      <form onSubmit={submit} action="/users">
        <label for="search" class="unseen">
          Search
        </label>
        <input
          id="search"
          name="search"
          type="text"
          ref={input}
          role="combobox"
          aria-expanded={isShown}
          aria-controls="search-results"
          aria-autocomplete="list"
          {...(isShown && at >= 0 ? { 'aria-activedescendant': `hit-${at}` } : {})}
          placeholder="User, address, network, device…"
          autocomplete="off"
          spellcheck={false}
          maxLength={253}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setOpen(true);
            setAt(-1);
          }}
          onFocus={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
        <span class="key" aria-hidden="true">
          /
        </span>
      </form>
      <div class="hits" hidden={!isShown}>
        <p class="hits-state" role="status">
          {stateText(isCurrent ? answer.data : undefined, answer.kind === 'problem')}
        </p>
        <Hits hits={hits} at={at} onOpen={open} />
      </div>
    </search>
  );
}

/** Where a text leads by itself: what has a page of its own, else the users of that name. */
function directHref(text: string): string {
  const asn = /^AS ?(\d{1,10})$/i.exec(text)?.[1];
  if (asn !== undefined) return networkHref(asn);
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return addressHref(text);
  if (/^[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}$/i.test(text)) return addressHref(text);
  return /^20\d{6}T\d{6}Z-[\w-]{16}$/.test(text) ? detectionHref(text) : usersHref(text);
}

function hitsOf({ groups }: SearchResult): readonly Shown[] {
  return groups.flatMap((group) =>
    group.items.map((hit) => ({ group, hit, href: hitHref(group.kind, hit) })),
  );
}

/** Looking, failed and nothing found are three different things. */
function stateText(result: SearchResult | undefined, isFailed: boolean): string {
  if (isFailed) return 'The search does not answer.';
  if (!result) return 'Searching…';
  if (!result.isComplete) return 'Some names could not be looked through.';
  return result.groups.length === 0 ? 'Nothing has this in its name.' : '';
}

type HitsProps = {
  readonly hits: readonly Shown[];
  readonly at: number;
  readonly onOpen: (href: string) => void;
};

function Hits({ hits, at, onOpen }: HitsProps): JSX.Element {
  const kinds = [...new Set(hits.map(({ group }) => group))];
  return (
    <div id="search-results" role="listbox" aria-label="Results" hidden={hits.length === 0}>
      {kinds.map((group) => (
        <div key={group.kind} role="presentation">
          <p class="hits-kind" aria-hidden="true">
            {groupTitles[group.kind] ?? group.kind} {group.isTotalComplete ? '' : 'at least '}
            {group.total}
          </p>
          {hits.map(({ group: own, hit, href }, index) =>
            own === group ? (
              // The pointer opens it; keys go through the box, as a combobox has it.
              <a
                key={hit.key}
                id={`hit-${index}`}
                role="option"
                aria-selected={index === at}
                tabIndex={-1}
                href={href}
                onMouseDown={(event) => event.preventDefault()}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  onOpen(href);
                }}
              >
                <Untrusted text={hit.label} />
                <span class="unseen"> ({groupTitles[group.kind] ?? group.kind})</span>
                {hit.detail === undefined ? null : (
                  <span class="under">
                    <Untrusted text={hit.detail} />
                  </span>
                )}
              </a>
            ) : null,
          )}
        </div>
      ))}
    </div>
  );
}
