using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class OwedJobsTests
{
    [Fact]
    public void Next_WhenThereAreMoreThanItMayGive_GivesEachItsTurn()
    {
        var owed = new OwedJobs();
        for (var i = 0; i < 5; i++)
        {
            owed.Add($"j{i}");
        }

        Assert.Equal(["j0", "j1"], owed.Next(2, _ => true));

        // One that is there keeps its place.
        owed.Add("j4");
        Assert.Equal(["j2", "j3"], owed.Next(2, _ => true));
        Assert.Equal(["j4", "j0"], owed.Next(2, _ => true));
        Assert.Equal(["j1", "j2", "j3", "j4", "j0"], owed.Next(64, _ => true));
    }

    [Fact]
    public void Next_WhenSomeAreGoneOrNotWanted_LeavesThemOut()
    {
        var owed = new OwedJobs();
        owed.Add("first");
        owed.Add("gone");
        owed.Add("last");
        owed.Remove("gone");
        owed.Remove("never there");
        Assert.Equal(["last"], owed.Next(2, id => id != "first"));
        Assert.Equal(["first", "last"], owed.Next(2, _ => true));
        owed.Clear();
        Assert.Empty(owed.Next(2, _ => true));
    }
}
