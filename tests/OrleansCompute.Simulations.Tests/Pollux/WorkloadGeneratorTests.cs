using OrleansCompute.Simulations.Pollux;

namespace OrleansCompute.Simulations.Tests.Pollux;

public sealed class WorkloadGeneratorTests
{
    private static readonly WorkloadGenerator Generator = new(
    [
        new WorkloadJob("a", 100, "small", 1, 32, JobCategory.Adaptive), new WorkloadJob("b", 200, "small", 2, 64, JobCategory.Adaptive),
        new WorkloadJob("c", 8_000, "large", 8, 512, JobCategory.Rigid),
    ]);

    [Fact]
    public void Generate_OfManyJobs_KeepsTheMixAndTheHours()
    {
        var jobs = Generator.Generate(3_000, 7);
        Assert.Equal(3_000, jobs.Select(job => job.Name).Distinct().Count());
        Assert.Equal(jobs.Select(job => job.SubmitSeconds).Order(), jobs.Select(job => job.SubmitSeconds));
        Assert.Equal(1.0 / 3, jobs.Count(job => job.Application == "large") / 3_000.0, 0.05);
        Assert.Equal(2.0 / 3, jobs.Count(job => job.SubmitSeconds < 3_600) / 3_000.0, 0.05);
        Assert.DoesNotContain(jobs, job => job.SubmitSeconds is >= 3_600 and < 7_200 or > 10_800);
        Assert.All(jobs, job => Assert.True(job.Application == "large" == (job.Accelerators == 8)));
    }

    [Fact]
    public void Generate_WithTheSameSeed_IsTheSame()
    {
        Assert.Equal(Generator.Generate(50, 1).AsEnumerable(), Generator.Generate(50, 1));
        Assert.NotEqual(Generator.Generate(50, 1).AsEnumerable(), Generator.Generate(50, 2));
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(WorkloadGenerator.MaxJobs + 1)]
    public void Generate_OfAnImpossibleNumber_SaysWhatIsAllowed(int jobs) =>
        Assert.Contains("allowed 1 to 1000000", Assert.Throws<ArgumentException>(() => Generator.Generate(jobs, 0)).Message, StringComparison.Ordinal);
}
