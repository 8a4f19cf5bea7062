// The status report as text for a terminal. Promise: says the same as the JSON, with the balance as
// arithmetic; a doubtful number carries a mark.

import { radsecLines } from '../radsec/radsec-report.ts';
import type { StatusReport } from './status-report.ts';

type Gateway = StatusReport['gateways'][number];

/** The report as lines, each with its line end. `now` is Unix time in ms. */
export function statusText(report: StatusReport, now: number): string {
  const lines = [
    heading(report, now),
    ...cloudLines(report, now),
    ...settingsLines(report, now),
    ...radsecLines(report.radsec, report.isFips === true),
    journalLine(report, now),
    balanceLine(report),
    ...refusedLines(report),
    '',
    ...table(report.gateways.map((gateway) => gatewayCells(gateway, now))),
    ...report.gateways.flatMap(({ name, difference }) =>
      difference === 0
        ? []
        : [`${name}: ${difference} records are missing or unreadable (see journal verify)`],
    ),
    ...report.gateways.flatMap(leftOutLine),
    ...report.gateways.flatMap(clockLine),
    ...(report.problems.length > 0 ? ['', ...report.problems.map((text) => `! ${text}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function heading({ version, startedTime, cloud, radius, state }: StatusReport, now: number) {
  const as = cloud ? `enrolled as ${cloud.relayId}` : 'journal only, no cloud configured';
  const up = span(now - Date.parse(startedTime));
  const on = radius.length > 0 ? `  on ${radius.join(' and ')}` : '';
  return `wherefrom-relay ${version}  ${state}  up ${up}  ${as}${on}`;
}

function cloudLines({ cloud }: StatusReport, now: number): string[] {
  if (!cloud) return [];
  const { trouble, lastAcceptedTime, lastBatchRecords, lastBatchMs, clockAheadMs = 0 } = cloud;
  const batch =
    lastBatchRecords === undefined || lastBatchMs === undefined
      ? ''
      : `, ${grouped(lastBatchRecords)} records in ${Math.round(lastBatchMs)} ms`;
  const last = lastAcceptedTime
    ? `last accepted batch ${span(now - Date.parse(lastAcceptedTime))} ago${batch}`
    : 'no batch accepted yet';
  const clock =
    Math.abs(clockAheadMs) > 30_000
      ? `, our clock is ${span(Math.abs(clockAheadMs))} ` +
        `${clockAheadMs > 0 ? 'behind' : 'ahead'} (!)`
      : '';
  const state = trouble === undefined ? 'ok      ' : 'trouble ';
  return [`cloud     ${state}  ${last}${clock}  ${cloud.url}`];
}

function settingsLines({ control, isEnabled, gateways }: StatusReport, now: number): string[] {
  if (!control) return [];
  const { settings, lastContactTime, isRevoked } = control;
  const { version, source, overrides, leftOut } = settings;
  const from = source === 'copy' ? ', from the copy on disk' : '';
  const what = version === undefined ? 'none yet' : `version ${version}${from}`;
  const asked = lastContactTime
    ? `, asked ${span(now - Date.parse(lastContactTime))} ago`
    : ', the cloud has not answered yet';
  const why = gateways.length === 0 ? 'NO GATEWAY YET' : 'SWITCHED OFF';
  const off = isEnabled ? '' : `  ${why}: the ports are shut`;
  const state = isRevoked ? 'REVOKED ' : control.trouble === undefined ? 'ok      ' : 'trouble ';
  return [
    `settings  ${state}  ${what}${asked}${off}`,
    ...overrides.map((path) => `          ${path}: the relay's own file counts`),
    ...leftOut.map((one) => `          left out ${one}`),
  ];
}

function journalLine({ journal }: StatusReport, now: number): string {
  const { waiting, oldestWaitingTime, bytes, bytesMax, diskFreeBytes, syncP99Ms } = journal;
  const oldest = oldestWaitingTime ? `${span(now - Date.parse(oldestWaitingTime))} old` : '-';
  const room = Math.min(bytesMax - bytes, diskFreeBytes);
  const sync = syncP99Ms === undefined ? '' : `, fsync p99 under ${syncP99Ms} ms`;
  const state = journal.isWritable ? 'ok      ' : 'stopped ';
  const space = `${mib(room)} MiB free of ${mib(bytesMax)}`;
  return `journal   ${state}  ${grouped(waiting)} waiting, oldest ${oldest}, ${space}${sync}`;
}

function balanceLine({ balance }: StatusReport): string {
  const { state, since, acked, shipped, waiting, setAside } = balance;
  if (state === 'counting') return 'packets   the journal is being counted after the start';
  const parts = `${grouped(shipped)} shipped + ${grouped(waiting)} waiting + ${grouped(setAside)}`;
  const sign = balance.difference === 0 ? '=' : '!=';
  const word = state === 'balanced' ? state : 'UNBALANCED';
  const from = `since ${since.slice(0, 16)}Z`;
  return `packets   ${from} ${grouped(acked)} acked ${sign} ${parts} dead letters   ${word}`;
}

function refusedLines({ packets, gateways }: StatusReport): string[] {
  const total = Object.values(packets.refused).reduce((sum, one) => sum + one, 0);
  const drops = packets.kernelDrops
    ? [`          lost in the kernel: ${grouped(packets.kernelDrops)} (receive buffer too small)`]
    : [];
  if (total === 0) return drops;
  const reasons = Object.entries(packets.refused).map(
    ([reason, one]) => `${reason} ${grouped(one)}`,
  );
  const findings = gateways.flatMap(({ name, secretFinding }) =>
    secretFinding === undefined ? [] : [`          ${name}: ${secretFinding}`],
  );
  return [`          refused ${grouped(total)}: ${reasons.join(', ')}`, ...findings, ...drops];
}

/** A clock that is off, and how many records were dated otherwise than they say. */
function clockLine({ name, clockOffsetSeconds, clockSuspects = 0 }: Gateway): string[] {
  if (clockOffsetSeconds === undefined && clockSuspects === 0) return [];
  const records = `${grouped(clockSuspects)} records not dated by their own time stamp`;
  if (clockOffsetSeconds === undefined) return [`${name}: ${records}: its clock or ours was off`];
  const off = span(Math.abs(clockOffsetSeconds) * 1000);
  const side = clockOffsetSeconds > 0 ? 'ahead' : 'behind';
  return [`${name}: its clock is ${off} ${side} (!), ${records}`];
}

const gatewayHeader = [
  'gateway',
  'last packet',
  'per min',
  'start/interim/stop',
  'client address',
  'device',
  'interims',
  'waiting',
  'dead letters',
  'refused',
];

function gatewayCells(gateway: Gateway, now: number): string[] {
  const { lastPacketTime, starts, interims, stops, interimSeconds, refused } = gateway;
  const refusals = Object.values(refused).reduce((sum, one) => sum + one, 0);
  return [
    gateway.name,
    lastPacketTime ? span(now - Date.parse(lastPacketTime)) : 'never',
    grouped(gateway.perMinute),
    `${grouped(starts)}/${grouped(interims)}/${grouped(stops)}`,
    // Without an address there is no place; that a device is missing is normal for many vendors.
    percent(gateway.clientAddressShare) + (gateway.clientAddressShare === 0 ? ' (!)' : ''),
    percent(gateway.deviceShare),
    interimText(interims, stops, interimSeconds),
    grouped(gateway.waiting),
    grouped(gateway.setAside),
    grouped(refusals),
  ];
}

/** What no profile ever shows must be said somewhere: here. */
function leftOutLine({ name, starts, vpnStarts }: Gateway): string[] {
  if (starts === 0 || vpnStarts !== 0) return [];
  const what = `none of ${grouped(starts)} starts reads as a VPN connection, so all are left out`;
  return [`${name}: ${what}: if they are, set "overrides": { "isVpn": true } for it`];
}

/** Sessions that end without an interim update between are not seen while they last. */
function interimText(interims: number, stops: number, seconds: number | undefined): string {
  if (seconds !== undefined) return span(seconds * 1000);
  if (interims > 0) return 'yes';
  return stops > 0 ? 'none (!)' : '-';
}

function percent(share: number | undefined): string {
  if (share === undefined) return '-';
  return `${Math.floor(share * 100)} %`;
}

function table(rows: readonly string[][]): string[] {
  const all = [gatewayHeader, ...rows];
  const widths = gatewayHeader.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  return all.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** `0.4 s`, `12 s`, `5 min`, `3 h 04 min`, `12 d 03 h`. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (hours < 48) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** Digits in groups of three, apart by a space. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

function mib(bytes: number): string {
  return grouped(Math.max(0, Math.floor(bytes / 1024 ** 2)));
}
