// What a view shows while it waits, when it is empty, and when something failed: always a sentence
// that says what to do.

import type { ComponentChildren, JSX } from 'preact';
import type { Answer } from '../api/api.ts';
import type { Problem } from '../api/types.ts';
import { printable } from '../text/printable.ts';

type ShowProps<T> = {
  readonly answer: Answer<T>;
  /** What is not there when the API says so. */
  readonly missing?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
};

/** Shows data when they are there, else why they are not. */
export function Show<T>({ answer, missing, children }: ShowProps<T>): JSX.Element {
  if (answer.kind === 'loading') return <Waiting />;
  if (answer.kind === 'problem') {
    if (answer.problem.code === 'not-found' && missing) return <>{missing}</>;
    return <ProblemNotice problem={answer.problem} />;
  }
  return (
    <>
      {answer.stale ? <StaleNotice problem={answer.stale} /> : null}
      {children(answer.data)}
    </>
  );
}

function Waiting(): JSX.Element {
  return (
    <p class="waiting" role="status">
      Loading …
    </p>
  );
}

function ProblemNotice({ problem }: { readonly problem: Problem }): JSX.Element {
  return (
    <div class="notice" role="alert">
      <p class="notice-title">{printable(problem.title)}.</p>
      <p>{adviceFor(problem)}</p>
    </div>
  );
}

function StaleNotice({ problem }: { readonly problem: Problem }): JSX.Element {
  return (
    <p class="notice" role="status">
      What you see may be out of date: {printable(problem.title)}. This page keeps trying.
    </p>
  );
}

function adviceFor({ status, detail }: Problem): string {
  if (status === 401 || status === 403) return 'You are not signed in, or not allowed to see this.';
  if (status === 429) return 'Too many requests: wait a minute, then reload.';
  return detail ? `${printable(detail).replace(/\.$/, '')}.` : 'Reload the page to try again.';
}

/** A headed part of a page. */
export function Block(props: {
  readonly id: string;
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={`block ${props.class ?? ''}`} aria-labelledby={props.id}>
      <div class="block-head">
        <h2 id={props.id}>{props.title}</h2>
        {props.note ? <div class="block-note">{props.note}</div> : null}
      </div>
      {props.children}
    </section>
  );
}

/** The button below a list that goes on. */
export function More(props: {
  readonly more: (() => void) | undefined;
  readonly isLoading: boolean;
  readonly label: string;
  readonly problem?: Problem | undefined;
}): JSX.Element | null {
  if (!props.more && !props.isLoading) return null;
  return (
    <p class="more">
      {props.problem ? (
        <span role="alert">
          There is more, but it did not come: {printable(props.problem.title)}.{' '}
        </span>
      ) : null}
      <button type="button" onClick={props.more} disabled={props.isLoading}>
        {props.isLoading ? 'Loading …' : props.label}
      </button>
    </p>
  );
}

const creditLink = /\((https:\/\/[a-z.-]+[a-z/-]*)\)/;

/** Who made the location data; its licence wants this link wherever locations are shown. */
export function Credits({ lines }: { readonly lines: readonly string[] }): JSX.Element {
  return (
    <ul class="credits">
      {lines.map((line) => {
        const href = creditLink.exec(line)?.[1];
        const text = printable(line.replace(creditLink, '').replace(/\s+(?=[ ,])/g, ''));
        return (
          <li key={line}>
            {href ? (
              <a href={href} rel="noreferrer">
                {text}
              </a>
            ) : (
              text
            )}
          </li>
        );
      })}
      <li>Map outline: Natural Earth, public domain</li>
    </ul>
  );
}
