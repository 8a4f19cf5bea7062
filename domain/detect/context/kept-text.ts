// Sentences of evidence that was kept without its own. They say what was found; how often it had
// been so before stands in the detection, if there was one then.

const byAspect: Readonly<Record<string, string>> = {
  'known-place': 'In or near a place of this user (lowers the score)',
  'new-country': 'A country that was new to this user',
  'new-place': 'A place that was new to this user, in a known country',
  'new-network': 'A network that was new to this user',
  'known-network': 'A network that this user often has (lowers the score)',
  'new-wide': 'On a known network, from a part of it that was new to this user',
  'new-near': 'On a known network, from addresses that were new to this user',
  'known-prefix': 'An address of this user, or its neighbours (lowers the score)',
  hosting: 'Comes from servers, a VPN service or Tor',
  'hosting-known-device': 'Comes from servers, a VPN service or Tor, with a device of this user',
  'unseen-by-colleagues': 'No colleague, or hardly one, had come from there',
  'seen-by-colleagues': 'Colleagues had come from there (lowers the score)',
  'new-device': 'A device that was new to this user',
  'known-device': 'A device that this user often has (lowers the score)',
  'new-gateway': 'A gateway that this user had not used lately',
  'odd-hour': 'An hour of the week at which this user seldom connects',
  'usual-hour': 'An hour of the week at which this user often connects (lowers the score)',
  'no-address': 'The gateway sent no client address',
  trip: 'This user is on a trip: new places are likelier (lowers the score)',
  'shared-egress': 'Others are at home on this address (lowers the score)',
  'unusual-upload': 'Sent far more than this user usually does',
  'unusual-download': 'Received far more than this user usually does',
  burst: 'Other users came from there for the first time, each unlike before',
  organisation: 'Where ordinary sessions of the organisation lie',
  malicious: 'An analyst called an earlier use of this network, address or device malicious',
};

/** A sentence for evidence of this kind. */
export const keptText = (term: string, aspect: string): string =>
  byAspect[aspect] ?? `Evidence of the kind ${term}`;
