import { autopi } from './autopi/autopi.js';
import { autopiHttp } from './autopi/autopi-http.js';
import { flespi } from './flespi/flespi.js';
import { flespiHttp } from './flespi/flespi-http.js';
import { freematics } from './freematics/freematics.js';
import type { HttpProtocol } from './http-protocol.js';
import { obd2Mqtt } from './obd2-mqtt/obd2-mqtt.js';
import { openxc } from './openxc/openxc.js';
import { osmand } from './osmand/osmand.js';
import { ovms } from './ovms/ovms.js';
import { owntracks } from './owntracks/owntracks.js';
import { owntracksHttp } from './owntracks/owntracks-http.js';
import type { Protocol } from './protocol.js';
import { queclink } from './queclink/queclink.js';
import type { StreamProtocol } from './stream-protocol.js';
import { teltonika } from './teltonika/teltonika.js';
import { torque } from './torque/torque.js';
import { wican } from './wican/wican.js';

/** Formats of other makers that arrive over MQTT. AutoPi comes last: it takes short topics of any name. */
export const mqttFormats: readonly Protocol[] = [owntracks, ovms, wican, obd2Mqtt, flespi, openxc, autopi];
/** Formats of other makers that arrive over HTTP. Those that speak MQTT as well have the same name and decoder there. */
export const httpFormats: readonly HttpProtocol[] = [osmand, torque, owntracksHttp, autopiHttp, flespiHttp];
/** Formats of other makers that arrive over TCP or UDP, each at a port of its own. */
export const streamFormats: readonly StreamProtocol[] = [teltonika, queclink, freematics];
