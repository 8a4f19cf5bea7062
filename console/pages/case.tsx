// One case: who, from where and when on one screen, with one decision for all of it; its
// detections, what was said about it, and what does not belong to it.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { changeCase } from '../api/change-case.ts';
import { caseFiles } from '../api/files.ts';
import { apiPaths, caseHref } from '../api/paths.ts';
import type { CaseAnswer, CasePatch, Me, Problem } from '../api/types.ts';
import { pointsOfDetections } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Block, Credits, Show } from '../parts/answers.tsx';
import { CaseLanes } from '../parts/case-lanes.tsx';
import { Comments } from '../parts/comments.tsx';
import { ExportButtons } from '../parts/export.tsx';
import { ChangeNotice } from '../parts/form.tsx';
import { List } from '../parts/list.tsx';
import { ownerText, refusalOf, useMe } from '../parts/me.ts';
import { AddressLink } from '../parts/origin-links.tsx';
import { redirect } from '../parts/router.ts';
import { Severity } from '../parts/severity.tsx';
import { Time } from '../parts/time.tsx';
import { caseStateText, whyTogether } from '../text/case-text.ts';
import { counted } from '../text/clock-text.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { columnsFor, nameOf } from './queue-columns.tsx';
import { DecisionButtons, Outcome, useDecisions } from './queue-decisions.tsx';

export function CasePage({ id }: { readonly id: string }): JSX.Element {
  useTitle('Case');
  const answer = useApi<CaseAnswer>(apiPaths.case(id));
  const now = answer.kind === 'ok' ? answer.data.id : id;
  // Its detections are in another case by now, or its first one is another.
  useEffect(() => {
    if (now !== id) redirect(caseHref(now));
  }, [now, id]);
  return (
    <Show
      answer={answer}
      missing={
        <>
          <h1>No such case</h1>
          <p>
            Its detections were withdrawn, or are older than what is kept. See all{' '}
            <a href="/cases">cases</a>.
          </p>
        </>
      }
    >
      {(found) => <Found found={found} />}
    </Show>
  );
}

type FoundProps = { readonly found: CaseAnswer };

function Found({ found }: FoundProps): JSX.Element {
  const { id, title, items } = found;
  useTitle(title);
  const me = useMe();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = items.filter((one) => selected.has(one.id));
  const clear = (): void => setSelected(new Set());
  const decisions = useDecisions({
    items,
    chosen: chosen.length > 0 ? chosen : items,
    at: undefined,
    me,
    moveTo: () => undefined,
    clear,
  });
  const places = [...new Set(items.map(({ place }) => place.label))];
  return (
    <div class="detection">
      <div class="detection-main">
        <Head found={found} />
        <div class="both">
          <Block id="where" title="Where">
            <WorldMap
              label={`Map: detections from ${places.slice(0, 20).join('; ')}`}
              points={pointsOfDetections(items)}
              aspect={0.55}
              spanMin={20}
            />
          </Block>
          <Block id="when" title="Users over time">
            <CaseLanes items={items} />
          </Block>
        </div>
        <Block id="members" title="Detections">
          <List
            caption="Detections of the case, by time"
            columns={columnsFor(me).map((column) => ({ ...column, isSortable: false }))}
            rows={items}
            keyOf={(one) => one.id}
            total={items.length}
            selection={{
              keys: selected,
              onChange: setSelected,
              nameOf: (key) => nameOf(items, key),
            }}
            moreLabel="More detections"
            empty="None."
          />
        </Block>
        <Comments id={id} pathOf={apiPaths.caseComments} />
        <Credits lines={found.attribution} />
      </div>
      <div class="decide">
        <Block id="decide-all" title="One decision">
          <p class="note">
            {chosen.length > 0
              ? `For the ${counted(chosen.length, 'detection')} that you selected.`
              : `For all ${counted(items.length, 'detection')}.`}
          </p>
          <div class="actions">
            <DecisionButtons made={decisions} me={me} isEmpty={items.length === 0} />
          </div>
          <Outcome decisions={decisions} />
        </Block>
        <Ownership found={found} me={me} />
        <Split found={found} me={me} chosen={chosen.map((one) => one.id)} onDone={clear} />
        <Block id="take" title="Take it along">
          <ExportButtons path={apiPaths.case(id)} name="case" formats={caseFiles} />
          <button type="button" class="quiet" onClick={() => print()}>
            Print
          </button>
        </Block>
      </div>
    </div>
  );
}

function Head({ found }: FoundProps): JSX.Element {
  const { severity, score, title, firstSeen, address, network, splitFrom } = found;
  return (
    <>
      <p class="eyebrow">
        <Severity severity={severity} />
        <span>score {score}</span>
        <Time at={firstSeen} hasAge />
        <a href="/cases">Cases</a>
      </p>
      <h1>
        <Untrusted text={title} />
      </h1>
      <p class="lead">{whyTogether(found)}</p>
      <p class="facts">
        <span class="tag">{caseStateText(found)}</span>
        {address === undefined ? null : <AddressLink address={address} />}
        {network === undefined ? null : <Untrusted text={network} />}
        {splitFrom === undefined ? null : <a href={caseHref(splitFrom)}>The case it was part of</a>}
        {found.isComplete ? null : (
          <span>More detections around it than are looked at: it may be larger.</span>
        )}
      </p>
    </>
  );
}

/** One change of the case as such, on the state that is shown. */
function useChange(found: CaseAnswer) {
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const make = async (change: CasePatch): Promise<boolean> => {
    setSending(true);
    const sent = await changeCase(found, change);
    setSending(false);
    setProblem('problem' in sent ? sent.problem : undefined);
    return !('problem' in sent);
  };
  return { problem, isSending, make };
}

type WithMe = FoundProps & { readonly me: Me | undefined };

function Ownership({ found, me }: WithMe): JSX.Element {
  const { problem, isSending, make } = useChange(found);
  const refusal = refusalOf(me, 'classify-detections');
  const isOwn = found.owner !== undefined && found.owner === me?.id;
  return (
    <Block id="owner" title="Who looks after it">
      <p>
        {found.owner === undefined ? (
          'Nobody yet.'
        ) : (
          <Untrusted text={ownerText(found.owner, me)} />
        )}
      </p>
      <p class="actions">
        <button
          type="button"
          disabled={isSending || refusal !== undefined}
          title={refusal}
          onClick={() => void make({ owner: isOwn ? null : 'me' }).catch(reportError)}
        >
          {isOwn ? 'Give it back' : 'I do'}
        </button>
      </p>
      <ChangeNotice problem={problem} said="" />
    </Block>
  );
}

type SplitProps = WithMe & { readonly chosen: readonly string[]; readonly onDone: () => void };

function Split({ found, me, chosen, onDone }: SplitProps): JSX.Element {
  const { problem, isSending, make } = useChange(found);
  const refusal = refusalOf(me, 'classify-detections');
  const isTakingBack = found.kind === 'split' && chosen.length === 0;
  const split = async (): Promise<void> => {
    // Of none chosen the API takes back the split that made this case.
    if (await make({ split: [...chosen] })) onDone();
  };
  const isReady = isTakingBack || (chosen.length > 0 && chosen.length < found.items.length);
  return (
    <Block id="split" title="What does not belong">
      <p class="note">
        {isTakingBack
          ? 'Put it back, and it is grouped as all others are.'
          : 'Select detections: split off, they are a case of their own and are not grouped again.'}
      </p>
      <p class="actions">
        <button
          type="button"
          disabled={isSending || refusal !== undefined || !isReady}
          title={refusal}
          onClick={() => void split().catch(reportError)}
        >
          {isTakingBack
            ? 'Take the split back'
            : `Split off ${chosen.length === 0 ? '' : chosen.length}`}
        </button>
      </p>
      <ChangeNotice problem={problem} said="" />
    </Block>
  );
}
