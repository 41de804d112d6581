/*
 * Environment: says END once, when nothing of the session can happen any
 * more. `timeout` is true when no other process has a step left; so it is
 * none of the actors that decides that a promise has not been kept, and an
 * actor that stops for ever cannot put the verdict off.
 */
proctype Environment()
{
	atomic { timeout -> emit(L_END) }
}
