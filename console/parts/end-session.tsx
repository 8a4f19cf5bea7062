// Ends an open session at its gateway, where a relay's own file allows it: what would end, the
// reason in words, and what became of it, live. Who may is the API's to say.
// Promise: nothing is ordered before it was shown what ends; an answer of the gateway is never
// shown as a proof.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { Problem, SessionEnd, SessionEndList, SessionEndPlan } from '../api/types.ts';
import { endStateText } from '../text/end-states.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { ChangeNotice } from './form.tsx';
import { Time } from './time.tsx';

type EndProps = {
  readonly user: string;
  /** `id` of the activity. */
  readonly session: string;
  /** The detection that it is ended for. */
  readonly detection?: string | undefined;
  /** Orders of the user, of whatever session. */
  readonly orders: readonly SessionEnd[];
};

/** How often an order that is under way is looked at. */
const underWayMs = 1_000;
const restMs = 30_000;
const overStates: readonly string[] = ['void', 'confirmed', 'came-back', 'unconfirmed', 'refused'];

/**
 * Orders of a user, newest first: one request, however many of the sessions are shown.
 * @param user absent: none
 */
export function useSessionEnds(user: string | undefined): readonly SessionEnd[] {
  const [isUnderWay, setUnderWay] = useState(false);
  const path = user === undefined ? undefined : apiPaths.sessionEnds(user);
  const answer = useApi<SessionEndList>(path, isUnderWay ? underWayMs : restMs);
  const orders = answer.kind === 'ok' ? answer.data.items : [];
  const isOpen = orders.some(({ state }) => !overStates.includes(state));
  if (isOpen !== isUnderWay) setUnderWay(isOpen);
  return orders;
}

export function EndSession({ user, session, detection, orders }: EndProps): JSX.Element {
  const [plan, setPlan] = useState<SessionEndPlan | undefined>(undefined);
  const [problem, setProblem] = useState<Problem>();
  const ask = async (): Promise<void> => {
    const path = apiPaths.sessionEndPlan(user);
    const sent = await send<SessionEndPlan>({ method: 'POST', path, body: { session } });
    setProblem('problem' in sent ? sent.problem : undefined);
    setPlan('problem' in sent ? undefined : sent.data);
  };
  const own = orders.filter((one) => one.session === session);
  // The list that shows it is a little behind the proof.
  const hasEnded = own.some(({ state }) => state === 'confirmed' || state === 'came-back');
  if (hasEnded) return <Orders orders={own} />;
  return (
    <div>
      <Orders orders={own} />
      {plan !== undefined ? (
        <Plan plan={plan} user={user} detection={detection} onDone={() => setPlan(undefined)} />
      ) : (
        <p>
          <button type="button" onClick={() => void ask().catch(reportError)}>
            End this session …
          </button>
        </p>
      )}
      <ChangeNotice problem={problem} said="" />
    </div>
  );
}

type PlanProps = {
  readonly plan: SessionEndPlan;
  readonly user: string;
  readonly detection: string | undefined;
  readonly onDone: () => void;
};

function Plan({ plan, user, detection, onDone }: PlanProps): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  if (!plan.canEnd) return <Impossible plan={plan} onDone={onDone} />;
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '');
    const sent = await send<SessionEnd>({
      method: 'POST',
      path: apiPaths.sessionEnds(user),
      body: {
        session: plan.session.id,
        reason,
        alsoEnds: plan.alsoEnds.map(({ id }) => id),
        ...(detection === undefined ? {} : { detection }),
      },
    });
    if ('problem' in sent) setProblem(sent.problem);
    else onDone();
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event).catch(reportError)}>
      <p class="notice">
        First disable the account: whoever has its password connects again at once.
      </p>
      <WhatEnds plan={plan} user={user} />
      <label class="field">
        <span>Why</span>
        <input name="reason" required minLength={3} maxLength={500} autocomplete="off" />
      </label>
      <p class="note">
        {plan.isBusy
          ? 'The relay hears of it in seconds while people connect, else within twenty.'
          : 'The relay is quiet and asks every half minute.'}
      </p>
      <p>
        <button type="submit">End it now</button>{' '}
        <button type="button" onClick={onDone}>
          Leave it
        </button>
      </p>
      <ChangeNotice problem={problem} said="" />
    </form>
  );
}

function WhatEnds({ plan, user }: Pick<PlanProps, 'plan' | 'user'>): JSX.Element {
  const { session, ends, alsoEnds } = plan;
  if (ends !== 'name') {
    return (
      <p>
        Ends session <Code text={session.sessionId} /> of <Untrusted text={user} /> on{' '}
        <Untrusted text={session.gateway} />.
      </p>
    );
  }
  return (
    <>
      <p>
        <strong>
          Ends every session of <Untrusted text={user} /> on <Untrusted text={session.gateway} />
        </strong>
        : the gateway goes by the name alone.
      </p>
      <ul>
        {[session, ...alsoEnds].map((one) => (
          <li key={one.id}>
            <Code text={one.sessionId} /> since <Time at={one.startedAt} />
            {one.clientAddress ? (
              <>
                {' from '}
                <Code text={one.clientAddress} />
              </>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}

function Impossible({ plan, onDone }: Pick<PlanProps, 'plan' | 'onDone'>): JSX.Element {
  return (
    <div class="notice" role="status">
      <p class="notice-title">This session cannot be ended from here:</p>
      <p>
        <Untrusted text={plan.whyText ?? ''} />.{' '}
        <button type="button" onClick={onDone}>
          Close
        </button>
      </p>
      {plan.commands.length > 0 ? <p>On the gateway, once the account is disabled:</p> : null}
      {plan.commands.length > 1 ? (
        <p class="note">
          The settings do not say whose product <Untrusted text={plan.session.gateway} /> is: only
          the line of its vendor fits.
        </p>
      ) : null}
      {plan.commands.map(({ vendor, title, lines }) => (
        <div key={vendor}>
          <p>{title}</p>
          {lines.split('\n').map((line) => (
            <p key={line}>
              <Code text={line} />
            </p>
          ))}
        </div>
      ))}
    </div>
  );
}

type EndedProps = {
  /** Orders to show, newest first. */
  readonly orders: readonly SessionEnd[];
  /** Sessions that are shown with their own orders. */
  readonly open: readonly string[];
};

/** Orders for sessions that are open no more: the proof outlives the session. */
export function EndedSessions({ orders, open }: EndedProps): JSX.Element | null {
  const ended = orders.filter(({ session }) => !open.includes(session));
  if (ended.length === 0) return null;
  return (
    <section aria-label="Ended by order">
      {ended.map((order) => (
        <div key={order.id}>
          <p>
            Session <Code text={order.sessionId} /> on <Untrusted text={order.gateway} />:
          </p>
          <Orders orders={[order]} />
        </div>
      ))}
    </section>
  );
}

/** Orders for this session and where they stand. */
function Orders({ orders }: { readonly orders: readonly SessionEnd[] }): JSX.Element | null {
  if (orders.length === 0) return null;
  return (
    <ul aria-live="polite">
      {orders.map((order) => (
        <li key={order.id}>
          <p>
            <strong>{endStateText(order)}</strong> <Untrusted text={order.reason} />, by{' '}
            <Untrusted text={order.by} />
          </p>
          <ol>
            {order.steps.map(({ state, at, cause, detail, session: back }) => (
              <li key={state}>
                <Untrusted text={[state, cause, detail].filter(Boolean).join(': ')} />,{' '}
                <Time at={at} />
                {back?.clientAddress ? (
                  <>
                    {' from '}
                    <Code text={back.clientAddress} />
                  </>
                ) : null}
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ul>
  );
}
