// Relays: enrol one with a token to paste, see the health of each, revoke one.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import { send } from '../api/send.ts';
import type { KeyFingerprint, Problem, Relay, Relays, RelayToken } from '../api/types.ts';
import { Block, Show } from '../parts/answers.tsx';
import { ChangeNotice } from '../parts/form.tsx';
import { refusalOf, useMe } from '../parts/me.ts';
import { RevokeRelay } from '../parts/revoke-relay.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { counted, durationText } from '../text/clock-text.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

export function RelaysPage(): JSX.Element {
  useTitle('Relays');
  const answer = useApi<Relays>(apiPaths.relays);
  const refusal = refusalOf(useMe(), 'manage-relays');
  return (
    <>
      <h1>Relays</h1>
      <Show answer={answer}>
        {({ items, cloudKey }) => (
          <>
            {items.length === 0 ? (
              <p class="empty">
                No relay is enrolled. A relay takes RADIUS accounting inside your network and sends
                it here: add one below.
              </p>
            ) : (
              items.map((relay) => (
                <RelayCard key={relay.relayId} relay={relay} refusal={refusal} />
              ))
            )}
            <AddRelay refusal={refusal} />
            <p class="note">
              The cloud’s own key, which every relay pins: <Key print={cloudKey} />
            </p>
          </>
        )}
      </Show>
    </>
  );
}

/** Why the role does not let one; undefined: it does. */
type RefusalProps = { readonly refusal: string | undefined };

function AddRelay({ refusal }: RefusalProps): JSX.Element {
  const [made, setMade] = useState<RelayToken>();
  const [problem, setProblem] = useState<Problem>();
  const add = async (name: string): Promise<void> => {
    const body = { name };
    const sent = await send<RelayToken>({ method: 'POST', path: apiPaths.relays, body });
    setProblem('problem' in sent ? sent.problem : undefined);
    setMade('problem' in sent ? undefined : sent.data);
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    add(name).catch(reportError);
  };
  return (
    <Block id="add" title="Add a relay">
      {refusal === undefined ? null : <p class="note">{refusal}</p>}
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>Name of the relay</span>
          <input
            name="name"
            required
            maxLength={63}
            pattern="[a-z0-9][a-z0-9\-]*"
            title="lower-case letters, digits and -"
            autocomplete="off"
            spellcheck={false}
          />
          <span class="hint">lower-case letters, digits and -, for example relay-lyon</span>
        </label>
        <p class="actions">
          <button type="submit" class="main" disabled={refusal !== undefined}>
            Make a token
          </button>
        </p>
      </form>
      <ChangeNotice problem={problem} said="" />
      {made === undefined ? null : <Token made={made} />}
    </Block>
  );
}

function Token({ made }: { readonly made: RelayToken }): JSX.Element {
  const [said, setSaid] = useState('');
  const copy = (what: string, text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid(`${what} copied.`),
      () => setSaid('The browser does not allow copying: select the text instead.'),
    );
  };
  return (
    <div class="card token" role="status">
      <p>
        Run this on the host of <Untrusted text={made.relayId} />, and paste the token when it asks.
        It lets one relay in, until <Time at={made.validUntil} hasAge />, and is shown only here.
      </p>
      <pre>
        <code>{made.command}</code>
      </pre>
      <pre>
        <code>{made.token}</code>
      </pre>
      <p class="actions">
        <button type="button" onClick={() => copy('Command', made.command)}>
          Copy command
        </button>
        <button type="button" onClick={() => copy('Token', made.token)}>
          Copy token
        </button>
        <span>{said}</span>
      </p>
      <p class="note">
        The relay shows the cloud’s key as <Key print={made.cloudKey} />, and its own, which then
        stands on its card here: compare both.
      </p>
    </div>
  );
}

/** A key as two operators compare it by telephone, or by eye. */
function Key({ print }: { readonly print: KeyFingerprint }): JSX.Element {
  return (
    <>
      <strong>{print.words}</strong> (<Code text={print.sha256} />)
    </>
  );
}

const stateTexts: Readonly<Record<string, string>> = {
  enrolled: 'enrolled',
  waiting: 'waiting for the relay to enrol',
  expired: 'its token expired unused',
  revoked: 'revoked',
};

function RelayCard({ relay, refusal }: RefusalProps & { readonly relay: Relay }): JSX.Element {
  const { relayId, state, conditions, isHealthy, health } = relay;
  const isIn = state === 'enrolled';
  return (
    <section class="card relay" aria-label={`Relay ${relayId}`}>
      <h2 class="card-head">
        <Untrusted text={relayId} />
        <span class={isIn ? (isHealthy ? 'tag ok' : 'tag alert') : 'tag'}>
          {isIn ? (isHealthy ? 'healthy' : 'needs a look') : (stateTexts[state] ?? state)}
        </span>
      </h2>
      <Facts relay={relay} />
      {conditions.length > 0 ? (
        <ul class="conditions">
          {conditions.map(({ code, since, gateway, detail }) => (
            <li key={`${code}${gateway}`}>
              <strong>{code}</strong>
              {gateway ? (
                <>
                  {' '}
                  <Untrusted text={gateway} />
                </>
              ) : null}
              {detail ? (
                <>
                  {': '}
                  <Untrusted text={detail} />
                </>
              ) : null}
              {since ? (
                <>
                  {', '}
                  <Time at={since} hasAge />
                </>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {health && health.gateways.length > 0 ? (
        <Table
          caption={`Gateways of ${relayId}`}
          columns={gatewayColumns}
          rows={health.gateways}
          keyOf={({ name }) => name}
        />
      ) : null}
      {state === 'revoked' ? null : <RevokeRelay relayId={relayId} refusal={refusal} />}
    </section>
  );
}

function Facts({ relay }: { readonly relay: Relay }): JSX.Element {
  const { keys, lastContact, lastBatch, coverage, health } = relay;
  const waiting = health?.journal.waitingRecords ?? 0;
  return (
    <p class="facts">
      {lastContact ? (
        <span>
          Last heard <Time at={lastContact} hasAge />
        </span>
      ) : (
        <span>Never heard</span>
      )}
      {lastBatch ? (
        <span>
          last records <Time at={lastBatch} hasAge />
        </span>
      ) : null}
      {health ? (
        <span>
          {counted(waiting, 'record')} waiting
          {waiting > 0 && health.journal.oldestWaitingSeconds !== undefined
            ? `, the oldest for ${durationText(health.journal.oldestWaitingSeconds)}`
            : ''}
        </span>
      ) : null}
      {coverage && coverage.missing > 0 ? (
        <span class="tag alert">{counted(coverage.missing, 'record')} missing</span>
      ) : null}
      {keys.map(({ keyId, fingerprint, retiresAt }) => (
        <span key={keyId}>
          Key <Key print={fingerprint} />
          {retiresAt ? (
            <>
              {' until '}
              <Time at={retiresAt} />
            </>
          ) : null}
        </span>
      ))}
    </p>
  );
}

/** `5 h 0 min behind`; empty for a clock that is right. */
function clockText(offsetSeconds = 0): string {
  if (offsetSeconds === 0) return '';
  const minutes = Math.round(Math.abs(offsetSeconds) / 60);
  const side = offsetSeconds > 0 ? 'ahead' : 'behind';
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min ${side}`;
}

type GatewayHealth = NonNullable<Relay['health']>['gateways'][number];

const gatewayColumns: readonly Column<GatewayHealth>[] = [
  { title: 'Gateway', isHead: true, cell: ({ name }) => <Untrusted text={name} /> },
  {
    title: 'Last packet',
    cell: ({ lastPacket }) => (lastPacket ? <Time at={lastPacket} hasAge /> : 'none yet'),
  },
  {
    title: 'Per minute',
    isNumber: true,
    cell: ({ packetsPerMinute }) => packetsPerMinute ?? '',
  },
  { title: 'Refused', isNumber: true, cell: ({ refusedPackets }) => refusedPackets ?? '' },
  { title: 'Clock', cell: ({ clockOffsetSeconds }) => clockText(clockOffsetSeconds) },
];
