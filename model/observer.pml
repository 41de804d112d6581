/*
 * Observer: shows what happens, one letter at a time, and nothing between.
 * Where watchers read along instead of a claim, they do so here.
 */
proctype Observer()
{
end_idle:
	do
#ifdef WATCHED
	:: atomic { happened ? ev -> c_code { watch(now.watchers, now.ev); };
		assert(c_expr { !watch_violated }); ev = NONE }
#else
	:: happened ? ev -> ev = NONE
#endif
	od
}
