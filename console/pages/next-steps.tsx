// What to do about a detection: steps in order, each with what can be pressed.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AccountLink, Activity, Detection } from '../api/types.ts';
import { Block } from '../parts/answers.tsx';
import { EndedSessions, EndSession, useSessionEnds } from '../parts/end-session.tsx';
import { Time } from '../parts/time.tsx';
import { fullText } from '../text/clock-text.ts';
import { headlineOf } from '../text/headline.ts';
import { Code, Untrusted } from '../text/text.tsx';

type StepsProps = {
  readonly detection: Detection;
  /** Sessions around it, its own among them. */
  readonly activities: readonly Activity[];
  /** Where the account is disabled. */
  readonly links: readonly AccountLink[];
};

export function NextSteps({ detection, activities, links }: StepsProps): JSX.Element {
  const own = activities.filter(({ id }) => detection.sessions.includes(id));
  const open = own.filter(({ state }) => state === 'open');
  const isOpen = open.length > 0;
  const ended = own.flatMap(({ endedAt }) => endedAt ?? []).sort();
  const hasAddresses = own.length === 0 || own.some((one) => one.assignedAddresses.length > 0);
  const orders = useSessionEnds(detection.users ? undefined : detection.user);
  const sessions = new Set(own.map(({ id }) => id));
  const given = orders.filter(
    (order) => order.detection === detection.id || sessions.has(order.session),
  );
  return (
    <Block id="next" title="What to do next">
      <ol class="steps">
        <li>
          Ask <Untrusted text={detection.user} /> by telephone or in person, not through the
          account: were you in <Untrusted text={detection.place.label} />?
        </li>
        <li>
          If not, the account first: disable it, reset its password and revoke its tokens. A session
          that is ended before comes back by its password.
          <AccountLinks links={detection.users ? [] : links} />
        </li>
        <li>
          Then {isOpen ? 'end the open session' : 'make sure no session is open'} on{' '}
          <Untrusted text={detection.gateway} />
          {isOpen || ended.length === 0 ? null : (
            <>
              : {own.length === 1 ? 'this one' : 'the last of these'} ended{' '}
              <Time at={ended[ended.length - 1] ?? ''} />
            </>
          )}
          .
          {detection.users
            ? null
            : open.map(({ id }) => (
                <EndSession
                  key={id}
                  user={detection.user}
                  session={id}
                  detection={detection.id}
                  orders={orders}
                />
              ))}
          <EndedSessions orders={given} open={open.map(({ id }) => id)} />
        </li>
        <li>
          Watch for ten minutes whether the account <strong>comes back</strong>. Where a session was
          ended from here, its return is said here, with where from.
        </li>
        <li>
          Look at what {hasAddresses ? 'the VPN addresses of the session' : 'the account'}
          {detection.clientAddress === undefined ? null : (
            <>
              {' '}
              and <Code text={detection.clientAddress} />
            </>
          )}{' '}
          reached inside, since <Time at={detection.firstSeen} />
          {hasAddresses
            ? '.'
            : ': the records name no VPN address of the session, its gateway may know it.'}
        </li>
        <li>
          See <a href="#others">who else came from there</a>, and write down what you know.{' '}
          <CopyTicket detection={detection} />
        </li>
      </ol>
    </Block>
  );
}

/** Leads to the organisation's own tools, of which nothing is told who sent whom. */
function AccountLinks({ links }: Pick<StepsProps, 'links'>): JSX.Element | null {
  if (links.length === 0) return null;
  return (
    <p class="facts">
      {links.map(({ name, url }) => (
        <a key={`${name} ${url}`} href={url} target="_blank" rel="noopener noreferrer">
          <Untrusted text={name} />
        </a>
      ))}
    </p>
  );
}

/** The detection as text for a ticket of another system. */
function CopyTicket({ detection }: { readonly detection: Detection }): JSX.Element {
  const [said, setSaid] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(ticketOf(detection)).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser does not allow copying.'),
    );
  };
  return (
    <>
      <button type="button" onClick={copy}>
        Copy ticket text
      </button>{' '}
      <span role="status">{said}</span>
    </>
  );
}

function ticketOf(detection: Detection): string {
  const { user, severity, score, firstSeen, clientAddress, network, gateway, reasons } = detection;
  return [
    `${severity.toUpperCase()} (score ${score}): ${user}: ${headlineOf(detection)}`,
    `When: ${fullText(Date.parse(firstSeen), 'utc')}`,
    `Gateway: ${gateway}`,
    ...(clientAddress === undefined ? [] : [`Client address: ${clientAddress}`]),
    ...(network ? [`Network: ${network.organization} (AS${network.asn})`] : []),
    'Why:',
    ...reasons.map(({ text, weight }) => `- ${text} (${weight.toFixed(1)})`),
    location.href,
  ].join('\n');
}
