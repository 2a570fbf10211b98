"""What a night's learning left behind: read whole by the servers, and named in every answer."""

from django.db import models

from wismo.shops.models import Shop


class Learning(models.Model):
    """One night's learning of a shop. The newest that serves is what answers come from."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    until = models.DateField()  # events before this day were read
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)  # null: at it, or a process died over it
    serving = models.BooleanField(default=False)
    model = models.CharField(max_length=60, default="", blank=True)  # of the champion; "" is the tables alone
    parcels = models.IntegerField(default=0)
    state = models.BinaryField(default=b"")  # of the life tables, to go on from: see learning/night.py
    calibration = models.JSONField(default=dict)  # by area: [[level, the level to ask the clocks for]]
    report = models.JSONField(default=dict)  # measured, and worth a look: see jobs/nightly.py

    class Meta:
        """The newest first."""

        constraints = (models.UniqueConstraint(fields=("shop", "until", "made_at"), name="learning_one"),)
        indexes = (models.Index(fields=("shop", "-made_at"), name="learning_newest"),)

    def __str__(self) -> str:
        return f"until {self.until}"


class Lane(models.Model):
    """The clock of one lane, as the newest learning has it."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, db_index=False)
    learning = models.ForeignKey(Learning, on_delete=models.CASCADE, related_name="lanes", db_index=False)
    clock = models.CharField(max_length=12)  # see rules/lanes.py: handling, transit, total
    key = models.CharField(max_length=200)  # see rules/lanes.py
    sample = models.IntegerField()
    shares = models.JSONField()  # see rules/clock.py
    model = models.BooleanField(default=False)  # corrected by the model

    class Meta:
        """One row a lane and learning."""

        constraints = (models.UniqueConstraint(fields=("learning", "clock", "key"), name="learned_lane_one"),)

    def __str__(self) -> str:
        return f"{self.clock} {self.key}"
