// The words of the API the rest of the app uses.
import type { components } from './schema.ts';

type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type Instance = Schemas['Instance'];
export type User = Schemas['User'];
export type Team = Schemas['Team'];
export type Agent = Schemas['Agent'];
export type Availability = Schemas['Availability'];
export type Status = Schemas['Status'];
export type ConversationLine = Schemas['ConversationLine'];
export type Conversation = Schemas['Conversation'];
export type Delivery = Schemas['Delivery'];
export type Button = Schemas['Button'];
export type Message = Schemas['Message'];
export type ThreadEvent = Schemas['Event'];
export type Trace = Schemas['Trace'];
export type RuleTrace = Schemas['RuleTrace'];
export type Action = Schemas['Action'];
export type Count = Schemas['Count'];
export type Template = Schemas['Template'];
export type Snippet = Schemas['Snippet'];
export type Persona = Schemas['Persona'];
export type SimulatorMessage = Schemas['SimulatorMessage'];
