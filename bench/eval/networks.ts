// Real networks by AS number, per country: who people buy their lines from, and where attackers
// sit. Weights of access networks are rough shares of lines. Names are in the installed AS list.

export type CountryNetworks = {
  readonly access: readonly (readonly [asn: number, weight: number])[];
  readonly mobile: readonly number[];
};

/** `asn:weight` of access networks, then the mobile carriers. */
const lines = (access: string, mobile: string): CountryNetworks => ({
  access: access.split(' ').map((text) => {
    const [asn, weight] = text.split(':').map(Number);
    return [asn as number, weight as number] as const;
  }),
  mobile: mobile.split(' ').map(Number),
});

export const networksOf: Readonly<Record<string, CountryNetworks>> = {
  DE: lines('3320:40 3209:28 6805:8 8881:10 8422:4 60294:4', '3320 12638 6805'),
  FR: lines('3215:40 12322:25 15557:18 5410:14', '51207 3215 15557'),
  GB: lines('2856:30 5089:22 5607:20 13285:14 6871:6', '25135 2856'),
  US: lines(
    '7922:30 20115:25 22773:8 701:12 7018:16 209:6 6128:4 5650:6',
    '20057 21928 22394 6167',
  ),
  NL: lines('1136:42 33915:42 50266:12', '50266 1136'),
  ES: lines('3352:38 12479:25 12430:20 57269:8', '12479 12430'),
  IT: lines('3269:40 30722:18 1267:16 12874:16', '16232 24608'),
  PL: lines('5617:36 12741:16 21021:12 12912:6', '8374 12912'),
  SE: lines('3301:40 1257:26 8473:14', '44034 1257'),
  CH: lines('3303:52 6730:28 13030:6', '3303 6730'),
  AT: lines('8447:50 8412:32', '8447 8412'),
  BE: lines('5432:48 6848:42', '5432'),
  PT: lines('3243:38 2860:36 12353:20', '12353 3243'),
  IE: lines('5466:50 6830:30', '5466'),
  CZ: lines('5610:40 16019:30', '16019'),
  RO: lines('8708:60 9050:30', '8708'),
  IN: lines('24560:40 9829:20 55836:30', '55836 45609'),
  BR: lines('28573:40 27699:35 7738:20', '26599'),
  CA: lines('577:30 812:25 852:20 6327:18', '577 852'),
  JP: lines('4713:35 2516:30 17676:30', '9605 17676'),
  AU: lines('1221:45 7545:30 4804:15', '1221 4804'),
  TR: lines('9121:60 34984:30', '16135'),
  AE: lines('5384:60 15802:40', '5384 15802'),
  SG: lines('9506:55 4657:40', '9506'),
  ZA: lines('5713:45 37457:40', '29975'),
  MX: lines('8151:80 28403:5', '28403'),
  RU: lines('12389:60 8402:30', '8402'),
  CN: lines('4134:60 4837:40', '4837'),
  VN: lines('45899:50 7552:40', '7552'),
  NG: lines('37148:20 29465:40', '29465'),
  UA: lines('15895:50 6849:40', '15895'),
  ID: lines('7713:80', '7713'),
  PK: lines('17557:60 9541:30', '17557'),
};

/** Countries an organisation may sit in. */
export const siteCountries = [
  'DE',
  'FR',
  'GB',
  'US',
  'NL',
  'ES',
  'IT',
  'PL',
  'SE',
  'CH',
  'CA',
  'AU',
];
/** Where contractors live. */
export const contractorCountries = ['IN', 'PL', 'RO', 'PT', 'UA', 'BR', 'CZ', 'MX', 'ZA', 'TR'];
/** Where people travel. */
export const tripCountries = [
  'DE',
  'FR',
  'GB',
  'US',
  'NL',
  'ES',
  'IT',
  'PT',
  'AT',
  'BE',
  'IE',
  'CZ',
  'AE',
  'SG',
  'JP',
  'TR',
  'IN',
  'CH',
  'SE',
];
/** Where foreign attackers connect from by access lines. */
export const attackCountries = [
  'RU',
  'CN',
  'VN',
  'NG',
  'UA',
  'ID',
  'PK',
  'BR',
  'IN',
  'TR',
  'RO',
  'US',
  'ZA',
  'MX',
];

/** Data centres anyone can rent a server in. */
export const hostingAsns = [
  16276, 24940, 14061, 20473, 51167, 12876, 16509, 8075, 396982, 63949, 62240, 60781, 28753, 49981,
  197540, 8560, 202425, 29802,
];
/** Where commercial VPN services have their exits. */
export const vpnAsns = [
  9009, 60068, 212238, 136787, 147049, 207137, 209854, 39351, 62240, 16276, 20473,
];
/** Security services that many organisations leave through. */
export const corporateEgressAsns = [62044, 22616, 53813, 55256];
export const satelliteAsns = [14593];
export const airlineAsns = [22351, 40306, 64294, 400110];
