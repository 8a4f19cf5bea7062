// `GET /v1/exports/cases/{case}?format`: a case as a page of Markdown, for a ticket, or as an OCSF
// Incident Finding. Whatever a gateway or a user wrote is text there: no markup, no link.

import { statusOf } from '../shared/triage.ts';
import { incidentFinding } from '../siem/ocsf-incident.ts';
import { timeText } from '../siem/parts.ts';
import { ownerOf } from './case-reads.ts';
import { caseStatus, caseTitle, caseUsers, worstOf } from './case-views.ts';
import { factsIn, noSuchCase, type WholeCase, wholeCase } from './cases.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, invalid, type QueryRequest } from './request.ts';

/** `GET /v1/exports/cases/{case}?format=markdown|ocsf`. */
export async function exportCase(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const { format } = request.query;
  if (format !== 'markdown' && format !== 'ocsf') return invalid('format', 'markdown or ocsf');
  const whole = await wholeCase(deps, request.params['case'] ?? '');
  if (!whole) return noSuchCase();
  const [type, extension, body] =
    format === 'ocsf'
      ? ['application/x-ndjson', 'ocsf.ndjson', `${JSON.stringify(incidentOf(whole, deps))}\n`]
      : ['text/markdown; charset=utf-8', 'md', markdownOf(whole)];
  return {
    statusCode: 200,
    headers: {
      'content-type': type ?? '',
      'content-disposition': `attachment; filename="wherefrom-case.${extension}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    },
    body: body ?? '',
  };
}

function incidentOf(whole: WholeCase, { pageOrigin }: Pick<QueryDeps, 'pageOrigin'>) {
  const { known, triaged } = whole;
  const lastSeen = Math.max(...known.members.map((row) => row.lastSeen));
  return incidentFinding({
    id: known.id,
    title: caseTitle(known, factsIn(whole)),
    severity: worstOf(known).severity,
    status: caseStatus(known),
    classification: classificationOf(whole),
    owner: ownerOf(known),
    firstSeen: known.members[0].firstSeen,
    lastSeen,
    time: Math.max(
      lastSeen,
      ...known.records.map(({ at }) => at),
      ...triaged.map(({ triage }) => triage?.at ?? 0),
    ),
    findings: triaged,
    pageOrigin,
  });
}

/** What was said of all of them; undefined: they differ, or of some nothing was. */
function classificationOf({ triaged }: WholeCase) {
  const [same, ...others] = new Set(triaged.map(({ triage }) => triage?.classification));
  return others.length === 0 ? same : undefined;
}

function markdownOf(whole: WholeCase): string {
  const { known, triaged } = whole;
  const owner = ownerOf(known);
  const lines = [
    `# ${plain(caseTitle(known, factsIn(whole)))}`,
    '',
    `- Case: ${plain(known.id)}`,
    `- Status: ${caseStatus(known)}; ${worstOf(known).severity}, score ${worstOf(known).score}`,
    `- Classification: ${classificationOf(whole) ?? 'none for all of it'}`,
    `- Owner: ${owner ? plain(owner) : 'nobody'}`,
    `- Accounts: ${caseUsers(known, factsIn(whole)).size}; detections: ${known.members.length}`,
    '',
    '| first seen (UTC) | user | from | address | network | gateway | severity | status |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...triaged.map(({ detection, triage }) => {
      const { firstSeen, userKey, users, place, clientAddress, network, gatewayId } = detection;
      const cells = [
        timeText(firstSeen).replace('T', ' ').slice(0, 16),
        users ? users.join(', ') : userKey,
        place.label,
        clientAddress ?? '',
        network ? `AS${network.asn} ${network.organization}` : '',
        gatewayId,
        `${detection.severity} ${detection.score}`,
        triage?.classification ?? statusOf(detection, triage),
      ];
      return `| ${cells.map(plain).join(' | ')} |`;
    }),
    '',
    '## Why',
    '',
    ...triaged.flatMap(({ detection }) => [
      `**${plain(detection.userKey)}** (${plain(detection.id)})`,
      '',
      ...detection.reasons
        .filter(({ weight }) => weight > 0)
        .slice(0, 3)
        .map(({ text }) => `- ${plain(text)}`),
      '',
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Text that Markdown shows as it is (CommonMark section 2.4; GFM links bare addresses). */
const plain = (text: string): string =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[\\`*_{}[\]()#+!|<>&~:@]/g, '\\$&')
    .replace(/\b(www)\./gi, '$1\\.');
