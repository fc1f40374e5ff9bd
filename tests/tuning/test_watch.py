"""What the watch keeps and when it stops, on looks that are given."""

from __future__ import annotations

import pytest

from kgllm.tuning.training.watch import Watch

torch = pytest.importorskip("torch")
ROWS = [1] * 41


class Told(Watch):
    """Looks come from a list."""

    def tell(self, *looks):
        self.looks = list(looks)
        return self

    def measure(self, model):
        return self.looks.pop(0)


def model_at(value):
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(model.weight, value)
    return model


def look(right=0.0, loss=1.0, rise=0.0, fall=0.0):
    found = {"held_out": right, "held_out_loss": loss, "perplexity": 10 * (1 + rise), "perplexity_rise": rise}
    return {**found, "known": 0.9 - fall, "known_loss": 0.2, "known_fall": fall}


def follow(watch):
    step = 0
    while watch.looks and not watch.stop:
        step += 10
        watch.look(model_at(step), step)
    return watch


def best_of(watch):
    return float(next(iter(watch.best.values())))


def test_the_best_on_held_out_rows_is_kept_and_a_tie_goes_to_the_lower_loss():
    watch = follow(Told(held=ROWS).tell(look(0.5, 2), look(0.9, 1), look(0.9, 0.5), look(0.8, 0.1)))
    assert (watch.best_step, best_of(watch)) == (30, 30.0)


def test_a_row_more_is_chance_and_the_surer_state_is_kept():
    """A real run: of 41 rows 37 were right in its middle and 36 at its end, which was surer and forgot less."""
    looks = [look(share / 41, loss) for share, loss in ((35, 0.189), (37, 0.142), (36, 0.118), (36, 0.105))]
    assert follow(Told(held=ROWS).tell(*looks)).best_step == 40
    down = [look(share / 41, loss) for share, loss in ((37, 0.142), (36, 0.118), (35, 0.105), (34, 0.1))]
    assert follow(Told(held=ROWS).tell(*down)).best_step == 20  # never more than a row below the most


def test_of_states_that_answer_as_much_one_that_keeps_the_known_questions_goes_first():
    looks = [
        look(share / 41, loss, fall=fall) for share, loss, fall in ((36, 0.2, 0.02), (37, 0.1, 0.06), (36, 0.09, 0.03), (36, 0.05, 0.031))
    ]
    assert follow(Told(held=ROWS, known_budget=0.03).tell(*looks)).best_step == 30
    assert follow(Told(held=ROWS).tell(*looks)).best_step == 40
    assert follow(Told(held=ROWS, known_budget=0.03, known_reach=4.0).tell(*looks)).best_step == 40  # a dial makes it good
    far = [look(share / 41, fall=fall) for share, fall in ((30, 0.0), (36, 0.3))]
    watch = follow(Told(held=ROWS, known_budget=0.03).tell(*far))
    assert (watch.best_step, watch.stop) == (20, "")  # what is learned comes first, and known questions end no run


def test_without_held_out_rows_the_latest_within_the_budgets_is_kept():
    looks = [{"known_fall": fall} for fall in (0.0, 0.02, 0.1)]
    assert follow(Told(held=[], known_budget=0.03).tell(*looks)).best_step == 20
    assert follow(Told(held=[], known_budget=0.03).tell(*looks[::-1])).best_step == 30


def test_where_no_look_is_within_the_budget_what_forgot_least_is_kept_and_the_run_says_so():
    rises = (0.2, 0.18, 0.3, 0.15, 0.13)
    watch = follow(Told(held=ROWS, budget=0.08).tell(*(look(0.5 + i / 10, rise=rise) for i, rise in enumerate(rises))))
    assert (watch.best_step, best_of(watch)) == (50, 50.0)
    assert watch.ended() == "all steps done; no look was within the budget of 8.0%: what forgot least is kept, step 50 (+13.0%)"
    again = Told(held=ROWS, budget=0.08)
    again.restore(watch.state(), watch.best)
    assert again.ended() == watch.ended()
    once = follow(Told(held=ROWS, budget=0.08).tell(look(0.9, rise=0.2), look(0.1, rise=0.05), look(0.9, rise=0.1)))
    assert (once.best_step, once.ended()) == (20, "all steps done")  # within the budget, however little it knows
    over = follow(Told(held=ROWS, budget=0.08).tell(look(0.1, rise=0.2), look(0.2, rise=0.25), look(0.3, rise=0.3)))
    assert "`general`" in over.stop
    assert over.ended().startswith(over.stop)
    assert (over.best_step, "what forgot least is kept, step 10 (+20.0%)" in over.ended()) == (10, True)


def test_the_fall_is_from_the_look_before_the_first_step():
    watch = Told(held=ROWS, known=[1]).tell({"known": 0.9, "known_loss": 0.5})
    assert watch.begin(None)["known_fall"] == 0.0
    assert watch.base_known == 0.9


def test_without_held_out_rows_the_latest_is_kept():
    watch = follow(Told(held=[]).tell({}, {}, {}))
    assert best_of(watch) == 30.0
    assert not watch.stop


def test_it_stops_without_gain_but_not_while_the_loss_falls():
    falling = follow(Told(held=ROWS, patience=2).tell(*(look(0.0, 5 - i) for i in range(5))))
    assert not falling.stop
    flat = follow(Told(held=ROWS, patience=2).tell(*(look(0.5, 1.0) for _ in range(5))))
    assert "no gain" in flat.stop
    assert flat.best_step == 10


def test_a_state_over_the_budget_is_not_kept_and_two_in_a_row_stop():
    watch = follow(
        Told(held=ROWS, budget=0.08).tell(look(0.5), look(0.9, rise=0.2), look(0.6), look(0.95, rise=0.1), look(0.99, rise=0.1), look(1.0))
    )
    assert "over the budget of 8.0%" in watch.stop
    assert (watch.best_step, best_of(watch)) == (30, 30.0)


def test_over_the_budget_and_coming_down_goes_on():
    """Perplexity of a real run: highest in the middle, within the budget at the end."""
    looks = [look(right, rise=rise) for right, rise in ((0.2, 0.03), (0.5, 0.11), (0.8, 0.06), (0.85, 0.19), (0.86, 0.11), (0.9, 0.05))]
    watch = follow(Told(held=ROWS, budget=0.08).tell(*looks))
    assert (watch.stop, watch.best_step) == ("", 60)
    again = follow(Told(held=ROWS, budget=0.08).tell(*(look(0.9, rise=rise) for rise in (0.15, 0.12, 0.13, 0.14, 0.01))))
    assert "rose by 14.0%" in again.stop


def test_a_gain_over_the_budget_is_a_gain():
    """A real run was ended at its fifth look, with .93 right, for want of gain within the budget, and the first look was kept."""
    looks = [look(right, rise=rise) for right, rise in ((0.24, 0.06), (0.39, 0.21), (0.68, 0.1), (0.7, 0.09), (0.93, 0.085), (0.95, 0.04))]
    watch = follow(Told(held=ROWS, budget=0.08).tell(*looks))
    assert (watch.stop, watch.best_step) == ("", 60)


def test_what_a_dial_can_bring_back_is_kept():
    looks = (look(0.5), look(0.95, rise=0.13), look(0.9, rise=0.11), look(0.6, rise=0.01))
    assert follow(Told(held=ROWS, budget=0.08, reach=1.5).tell(*looks)).best_step == 30
    assert follow(Told(held=ROWS, budget=0.08).tell(*looks)).best_step == 40


def test_what_a_dial_can_bring_back_is_no_reason_to_stop():
    """Real runs: +8 to +11% from the third look on, the facts learned in the last ones, and the dial brought them within the budget."""
    rises = (0.03, 0.04, 0.085, 0.1, 0.091, 0.091, 0.09, 0.092)
    looks = [look(0.1 * i, rise=rise) for i, rise in enumerate(rises)]
    dialled = follow(Told(held=ROWS, budget=0.08, reach=1.5).tell(*looks))
    assert (dialled.stop, dialled.best_step) == ("", 80)
    assert "over the budget" in follow(Told(held=ROWS, budget=0.08).tell(*looks)).stop
    far = follow(Told(held=ROWS, budget=0.08, reach=1.5).tell(*(look(0.1 * i, rise=0.1 + 0.03 * i) for i in range(6))))
    assert "rose by 16.0%" in far.stop


def test_a_first_look_over_the_budget_gives_way_to_any_within_it():
    watch = follow(Told(held=ROWS, budget=0.08).tell(look(0.9, rise=0.2), look(0.1)))
    assert watch.best_step == 20


def test_a_checkpoint_keeps_all_of_it():
    watch = follow(Told(held=ROWS, budget=0.08, known_budget=0.03, base_known=0.9).tell(look(0.5, fall=0.01), look(0.9, rise=0.2)))
    again = Watch(held=ROWS, budget=0.08, known_budget=0.03)
    again.restore(watch.state(), watch.best)
    assert again.state() == watch.state()
    assert (again.base_known, again.best_keeps) == (0.9, True)
    assert again.best is watch.best
