// What the type of a network means for whoever reads an alert: what its addresses say of where a
// user is (docs/detection.md).

const meanings: Readonly<Record<string, string>> = {
  access: 'access: homes and small offices; the place is roughly that of whoever connects',
  mobile: 'mobile: phones; addresses change, the place is rough',
  hosting: 'hosting: a data centre; it says where a server or relay is, not the user',
  vpn: 'vpn: the exit of a VPN service; it hides where the user is',
  tor: 'tor: an exit of the Tor network; it hides where the user is',
  education: 'education: a university or school',
  government: 'government: an authority',
  proxy: 'proxy: an open or rented proxy; it hides where the user is',
  satellite: 'satellite: it says where the ground station is, not the user',
  corporate: 'corporate: a company, with its users behind shared addresses',
  anycast: 'anycast: one address in many places; it says nothing of the user',
  'security-service': 'security-service: a whole organisation leaves through it',
  unknown: 'unknown',
};

/** The type and what it means; a type that is new here stands for itself. */
export const networkMeaning = (type: string): string => meanings[type] ?? type;
