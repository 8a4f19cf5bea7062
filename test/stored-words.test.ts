// Words that are stored or read by somebody else's program: keys of rows, ids of terms, outcomes,
// names of metrics, words of packed formats. They keep the text they were first written with,
// whatever the code calls them today. A change here needs a migration, or a new format version.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TermName } from '../domain/detect/context/term.ts';
import {
  batchOutcomes,
  datagramOutcomes,
  eventOutcomes,
  recordOutcomes,
} from '../domain/outcome.ts';
import {
  countryUseKey,
  deviceUseKey,
  networkUseKey,
  prefixUseKey,
} from '../domain/population/use-keys.ts';
import { features } from '../domain/profile/learned.ts';
import * as packed from '../domain/profile/profile-pack-words.ts';
import { magic, networkTypes, tableNames, typeSources } from '../geo/compact/layout.ts';
import * as control from '../lambdas/aws/dynamodb/control-rows.ts';
import * as profiles from '../lambdas/aws/dynamodb/profile-keys.ts';
import { metricNamespace } from '../lambdas/shared/log.ts';
import { metricFacts } from '../relay/status/metrics.ts';
import { batchVersion } from '../wire/batch.ts';
import { storedOfUser, storedPartitions } from './support/stored-kinds.ts';
import { termIds } from './support/term-ids.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** What is stored names them. A new term is added here; one that was ever stored stays. */
const storedTerms: Readonly<Record<TermName, true>> = {
  place: true,
  network: true,
  prefix: true,
  'network-type': true,
  device: true,
  gateway: true,
  hour: true,
  travel: true,
  overlap: true,
  traffic: true,
  colleagues: true,
  handover: true,
  'no-address': true,
  burst: true,
  'shared-egress': true,
  trip: true,
  'cold-start': true,
  expected: true,
  feedback: true,
  organisation: true,
};

describe('keys of rows', () => {
  const id = '20261123T080000Z-0123456789abcdef';

  it('keep their text in the table of profiles', () => {
    expect([
      profiles.profileKeyOf('alice'),
      profiles.sessionKeyOf('alice', 0, 'identity'),
      profiles.detectionRefKeyOf('alice', id),
      profiles.detectionKeyOf(id),
      profiles.triageKeyOf(id),
      profiles.queueKeyOf(id),
      profiles.caseKeyOf('20261123T00Z-AbCdEfGh'),
      profiles.publishedKeyOf(id),
      profiles.directoryKeyOf('alice'),
      profiles.placeUserKeyOf('48_2', 'alice', 'FR'),
      profiles.oddUserKeyOf('n:3215', 'alice'),
      profiles.burstAlertKeyOf('n:3215'),
      profiles.indexRefKeyOf('alice', 'digest'),
      profiles.wordKey('2.3', 0, 'digest'),
      profiles.openIndexKey,
      profiles.openPartKey('a', 3),
      profiles.monthKeyOf('alice', '202611'),
      profiles.expectedKeyOf('alice'),
      profiles.orderKeyOf('alice', 'order'),
      profiles.addressUserKeyOf('181.15.27.153', 'alice'),
      profiles.addressUserKeyOf('20010db800000001', 'alice'),
      profiles.networkUserKeyOf(7303, 'alice'),
      profiles.searchIndexKey,
      profiles.searchNewKey('digest'),
      profiles.searchPartKey('a', 3),
    ]).toEqual([
      { pk: 'USER#alice', sk: 'Z#profile' },
      { pk: 'USER#alice', sk: 'S#1970-01-01T00:00:00.000Z#identity' },
      { pk: 'USER#alice', sk: `D#${id}` },
      { pk: 'DETECTIONS#202611', sk: id },
      { pk: 'TRIAGE#202611', sk: id },
      { pk: 'QUEUE#202611', sk: id },
      { pk: 'CASES#202611', sk: '20261123T00Z-AbCdEfGh' },
      { pk: 'TOLD#202611', sk: id },
      { pk: 'DIRECTORY', sk: 'alice' },
      { pk: 'CELL#48_2', sk: 'alice#FR' },
      { pk: 'ODD#n:3215', sk: 'alice' },
      { pk: 'ODD#n:3215', sk: '#alert' },
      { pk: 'USER#alice', sk: 'I#digest' },
      { pk: 'WORDS#2.3', sk: '1970-01-01T00:00:00.000Z#digest' },
      { pk: 'OPEN', sk: 'INDEX' },
      { pk: 'OPEN#a.3', sk: 'PART' },
      { pk: 'USER#alice', sk: 'M#202611' },
      { pk: 'USER#alice', sk: 'E#expected' },
      { pk: 'USER#alice', sk: 'O#order' },
      { pk: 'ADDRESS#b50f', sk: 'b50f1b99#alice' },
      { pk: 'ADDRESS#20010db8', sk: '20010db800000001#alice' },
      { pk: 'NETWORK#7303', sk: 'alice' },
      { pk: 'SEARCH', sk: 'INDEX' },
      { pk: 'SEARCH', sk: 'NEW#digest' },
      { pk: 'SEARCH#a.3', sk: 'PART' },
    ]);
    expect([profiles.deviceDirectoryPartition, profiles.devicePartition('d')]).toEqual([
      'DEVICES',
      'DEVICE#d',
    ]);
  });

  it('let a user’s profile and newest sessions be read from the end', () => {
    const session = profiles.sessionKeyOf('alice', 0, 'identity').sk;
    const others = [
      profiles.detectionRefKeyOf('alice', id),
      profiles.indexRefKeyOf('alice', 'digest'),
      profiles.orderKeyOf('alice', 'order'),
      profiles.monthKeyOf('alice', '202611'),
      profiles.expectedKeyOf('alice'),
    ];
    for (const { sk } of others) expect(sk < session).toBe(true);
    expect(session < profiles.profileKeyOf('alice').sk).toBe(true);
  });

  it('keep their text in the table of control', () => {
    expect([control.relaysPartition, control.deadLetterPartition]).toEqual(['RELAYS', 'ASIDE']);
    expect([
      control.keyRow('k'),
      control.batchRow('b'),
      control.ledgerRow('r'),
      control.gatewayRow('g'),
      control.settingsRow,
      control.cursorKeyRow,
    ]).toEqual([
      { pk: 'KEY#k', sk: 'KEY' },
      { pk: 'BATCH#b', sk: 'BATCH' },
      { pk: 'LEDGER#r', sk: 'LEDGER' },
      { pk: 'GATEWAY#g', sk: 'GATEWAY' },
      { pk: 'SETTINGS', sk: 'SETTINGS' },
      { pk: 'CURSOR-KEY', sk: 'CURSOR-KEY' },
    ]);
  });

  it('are these partitions, and no other is written', () => {
    const folder = join(__dirname, '../lambdas/aws/dynamodb');
    const code = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const found = (form: RegExp) => {
      const all = code.flatMap((text) => [...text.matchAll(form)].map(([, key = '']) => key));
      return [...new Set(all)].sort();
    };

    const partitions = found(/(?:pk: |=> |Partition = )[`']([A-Z][A-Z-]+#?)/g);
    expect(partitions).toEqual(Object.keys(storedPartitions).sort());
    expect(partitions).toEqual(
      words(`
        ADDRESS# ASIDE AUDIT# BATCH# CASES# CELL# CLOUD-KEY COMMENTS# CURSOR-KEY DETECTIONS# DEVICE#
        DEVICES DIRECTORY ERASURE-KEY ERASURES GATEWAY# HEALTH# KEY# LEDGER# LOOK# MALICIOUS
        NEAR# NETWORK# ODD# OPEN OPEN# ORDERS# PERSON# POPULATION# QUEUE# RELAYS SEARCH SEARCH#
        SETTINGS SETTINGS-TURN SWEEP TOKEN# TOLD# TRIAGE# USE# USER# WORDS#
      `),
    );
    // Of a user's own partition.
    const own = found(/(?:Prefix = |sk: |profileSortKey = )[`']([A-Z]#)/g);
    expect(own).toEqual(Object.keys(storedOfUser).sort());
    expect(own).toEqual(words('D# E# I# M# O# S# Z#'));
  });

  it('stand in the tables of ARCHITECTURE.md, as far as they are of the table of profiles', () => {
    const page = readFileSync(join(__dirname, '../ARCHITECTURE.md'), 'utf8');
    const rows = page.slice(page.indexOf('### Tables'), page.indexOf('## Promises'));
    const kinds = Object.entries(storedPartitions).filter(([, { table }]) => table === 'profiles');
    const names = [...kinds.map(([name]) => name), ...Object.keys(storedOfUser)];

    expect(names.filter((name) => !rows.includes(`\`${name}`))).toEqual([]);
  });

  it('of the population keep their letters', () => {
    const keys = [networkUseKey(3215), prefixUseKey('x'), countryUseKey('FR'), deviceUseKey('d')];

    expect(keys).toEqual(['n:3215', 'p:x', 'c:FR', 'd:d']);
  });
});

describe('names that others read', () => {
  it('are the ids of the terms', () => {
    expect(Object.keys(storedTerms).sort()).toEqual([...termIds].sort());
  });

  it('are the outcomes', () => {
    const stages = [datagramOutcomes, recordOutcomes, batchOutcomes, eventOutcomes];

    expect(stages.map((stage) => Object.keys(stage))).toEqual([
      words(`
        acknowledged acknowledged-repeat status-answered status-limited bad-length bad-framing
        unknown-gateway unexpected-code bad-message-authenticator bad-authenticator
        in-flight-repeat not-recorded
      `),
      words('shipped set-aside'),
      words('admitted seal-invalid conflict too-large malformed unavailable'),
      words(`
        folded merged duplicate gateway-restart not-vpn no-user no-session erased set-aside retried
      `),
    ]);
  });

  it('are the metrics of the relay and the namespace of the functions', () => {
    expect(metricNamespace).toBe('Wherefrom');
    expect(Object.keys(metricFacts)).toEqual(
      words(`
        build_info packets_total packets_in_flight gateway_clock_offset_seconds
        clock_suspect_records_total last_packet_timestamp_seconds ack_seconds
        send_errors_total udp_kernel_drops_total receive_buffer_bytes radsec_open
        radsec_connections radsec_connections_ended_total authenticators_remembered
        authenticators_dropped_total journal_writable journal_records journal_bytes
        journal_limit_bytes journal_free_bytes journal_commits_total
        journal_commits_failed_total journal_fsync_seconds journal_damaged
        journal_waiting_records journal_set_aside_records journal_oldest_unshipped_seconds
        balance_error_records batches_total upload_seconds shipped_records_total
        last_accepted_batch_timestamp_seconds clock_offset_seconds event_loop_delay_seconds
        enabled revoked settings_version last_settings_contact_timestamp_seconds
        config_reload_success
      `),
    );
  });
});

describe('packed formats', () => {
  it('keep their versions and marks', () => {
    expect([packed.packVersion, batchVersion, magic.toString()]).toEqual([5, 1, 'WHEREGEO']);
    expect(packed.locationMarks).toEqual({ special: 0, unknown: 1, located: 2 });
  });

  it('keep the order of their words, which are stored by their place', () => {
    expect({ ...packed, features }).toMatchObject({
      profileKinds: words('person machine'),
      confidences: words('city country low'),
      deviceKinds: words('uid mac host client'),
      markKinds: words('place network prefix device country'),
      severities: words('low medium high'),
      specialKinds: words('private shared invalid-source documentation reserved'),
      networkTypes: words(`
        access mobile hosting vpn tor education government satellite corporate anycast unknown
        security-service proxy
      `),
      inputNames: words(`
        placeWeight countryWeight allWeight trust prefixWeight nearWeight isAnonymous
        networkWeight asked fresh organisationRate wideWeight isFixed nearAsked nearFresh
        nearOrganisationRate wideAsked wideFresh wideOrganisationRate usersThatMove usersThatStay
        freshOnNetwork askedOnNetwork deviceWeight kindWeight keyScale sessions sessionsOfDayKind
        hoursOfDayKind smoothedSessionsAtHour users peopleInCountry isNewCountry isUnusedNetwork
        gatewayWeight sessionsWithout people locationWeight weightAtTripRates weightAtOwnRates
        maliciousWeight country place network wide near device adapter gateway overlap hosting
        ordinaryScore userWeeks
      `),
      features: words(`
        country place network wide near device adapter gateway overlap hosting
      `),
    });
    expect([networkTypes, typeSources, tableNames]).toEqual([
      words(`
        unknown access mobile hosting vpn tor education government satellite corporate anycast
        security-service proxy
      `),
      words('none name seed overlay'),
      words('spot4 spot6 known4 known6'),
    ]);
  });
});
