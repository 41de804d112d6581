/*
 * Observer: shows what happens, one letter at a time, and nothing between.
 */
proctype Observer()
{
end_idle:
	do
	:: happened ? ev -> ev = NONE
	od
}
