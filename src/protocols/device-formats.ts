import { autopi } from './autopi/autopi.js';
import { flespi } from './flespi/flespi.js';
import type { HttpProtocol } from './http-protocol.js';
import { obd2Mqtt } from './obd2-mqtt/obd2-mqtt.js';
import { openxc } from './openxc/openxc.js';
import { ovms } from './ovms/ovms.js';
import { owntracks } from './owntracks/owntracks.js';
import type { Protocol } from './protocol.js';
import type { StreamProtocol } from './stream-protocol.js';
import { wican } from './wican/wican.js';

/** Formats of other makers that arrive over MQTT. AutoPi comes last: it takes short topics of any name. */
export const mqttFormats: readonly Protocol[] = [owntracks, ovms, wican, obd2Mqtt, flespi, openxc, autopi];
export const httpFormats: readonly HttpProtocol[] = [];
export const streamFormats: readonly StreamProtocol[] = [];
