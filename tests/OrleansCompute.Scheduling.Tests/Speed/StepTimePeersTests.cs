using System.Runtime.CompilerServices;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Tests.Speed;

public sealed class StepTimePeersTests
{
    private static readonly Dictionary<string, double> Scores = [];
    private readonly StepTimePeers _peers = new();

    [Fact]
    public void Predict_WhereAnotherIsAlike_GoesByWhatThatOneMeasured()
    {
        var (alone, known) = (new LearnedThroughput(Scores), Job());
        Measure(known, 1, (1, 1), (1, 4), (2, 8));
        var job = Job();
        foreach (var learner in (LearnedThroughput[])[alone, job])
        {
            Measure(learner, 1, (1, 1));
        }

        // Alone, an exchange between nodes is free.
        Assert.InRange(alone.Predict("A", 2, 8, 32)!.Value.StepSeconds / Step(2, 8, 32, 1).StepSeconds, 0.3, 0.7);
        Assert.InRange(job.Predict("A", 2, 8, 32)!.Value.StepSeconds / Step(2, 8, 32, 1).StepSeconds, 0.93, 1.07);
    }

    [Fact]
    public void Predict_OfOneThatIsUnlikeTheOthers_GoesByThoseLeastOfAll()
    {
        var like = Predicted(factor: 1);
        var unlike = Predicted(factor: 10);
        Assert.True(unlike < 0.75 * like, $"{unlike} and {like}");

        // How many passes a step between nodes is expected to take, by a job that is so many times as fast as the one that is known.
        double Predicted(double factor)
        {
            var peers = new StepTimePeers();
            var known = new LearnedThroughput(Scores, maxLocalBatch: null, peers);
            Measure(known, factor, (1, 1), (2, 8));
            var job = new LearnedThroughput(Scores, maxLocalBatch: null, peers);
            Measure(job, 1, (1, 1));
            return job.Predict("A", 2, 8, 32)!.Value.StepSeconds / job.Predict("A", 1, 1, 32)!.Value.StepSeconds;
        }
    }

    [Fact]
    public void Predict_OfATypeThatOnlyOthersHaveUsed_GoesByHowMuchFasterTheyWere()
    {
        var known = Job();
        Measure(known, 1, (1, 1), (1, 4));
        Measure(known, 0.25, "B", (1, 1), (1, 4));
        var job = Job();
        Measure(job, 1, (1, 4));
        var (there, expected) = (job.Predict("B", 1, 4, 32)!.Value, Step(1, 4, 32, 0.25));
        Assert.InRange(there.StepSeconds / expected.StepSeconds, 0.95, 1.2);
        Assert.InRange(there.PassSeconds / expected.PassSeconds, 0.95, 1.2);
        Assert.Equal((16, 4), (job.MaxTrustedAccelerators("A"), job.MaxTrustedAccelerators("B")));
    }

    [Fact]
    public void Predict_WhereTheJobHasRun_IsWhatItMeasured()
    {
        Measure(Job(), 1, (1, 1), (1, 4), (2, 8));
        var job = Job();
        Measure(job, 1.2, (1, 4), (2, 8));
        foreach (var (nodes, accelerators) in ((int, int)[])[(1, 4), (2, 8)])
        {
            var (there, seen) = (job.Predict("A", nodes, accelerators, 32)!.Value, Step(nodes, accelerators, 32, 1.2));
            Assert.Equal(seen.StepSeconds, there.StepSeconds, 0.02 * seen.StepSeconds);
            Assert.Equal(seen.PassSeconds, there.PassSeconds, 0.02 * seen.PassSeconds);
        }
    }

    [Fact]
    public void Predict_OfBatchesInOtherUnits_ComparesThemByTheBatchThatEachWasWrittenFor()
    {
        // The same training in samples and in groups of ten of them.
        var known = new LearnedThroughput(Scores, maxLocalBatch: null, _peers, unitBatch: 320);
        foreach (var (nodes, accelerators) in ((int, int)[])[(1, 1), (2, 8)])
        {
            foreach (var batch in (int[])[16, 32])
            {
                known.Observe("A", new StepObservation(nodes, accelerators, batch * 10, Step(nodes, accelerators, batch, 1)));
            }
        }

        var job = Job(unitBatch: 32);
        Measure(job, 1, (1, 1));
        Assert.InRange(job.Predict("A", 2, 8, 32)!.Value.StepSeconds / Step(2, 8, 32, 1).StepSeconds, 0.93, 1.07);
    }

    [Fact]
    public void Version_WhenOthersHaveLearned_ChangesSoThatNobodyKeepsOldAnswers()
    {
        var (job, known) = (Job(), Job());
        Measure(job, 1, (1, 1));
        var before = job.Predict("A", 2, 8, 32)!.Value.StepSeconds;
        var version = job.Version;
        Measure(known, 1, (1, 1), (1, 4), (2, 8));
        Assert.NotEqual(version, job.Version);
        Assert.True(job.Predict("A", 2, 8, 32)!.Value.StepSeconds > 1.5 * before);

        // A step that took what was expected is none.
        version = job.Version;
        job.Observe("A", new StepObservation(1, 1, 48, Step(1, 1, 48, 1)));
        Assert.Equal(version, job.Version);
        job.Observe("A", new StepObservation(1, 1, 64, Step(1, 1, 64, 2)));
        Assert.NotEqual(version, job.Version);
    }

    [Fact]
    public void Note_OfMoreThanAreRemembered_ForgetsThoseThatMeasuredLongestAgo()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepTimePeers(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepTimePeers(5_000));
        var peers = new StepTimePeers(2);
        var (first, second, third) = (One(), One(), One());
        Assert.Equal([second.Steps, third.Steps], peers.Jobs);
        second.Observe("A", new StepObservation(1, 2, 32, Step(1, 2, 32, 1)));
        Assert.Equal([third.Steps, second.Steps], peers.Jobs);
        Assert.Equal(4, peers.Version);
        Assert.NotNull(first.Predict("A", 1, 1, 32));

        LearnedThroughput One()
        {
            var job = new LearnedThroughput(Scores, maxLocalBatch: null, peers);
            job.Observe("A", new StepObservation(1, 1, 32, Step(1, 1, 32, 1)));
            return job;
        }
    }

    [Fact]
    public void Note_OfManyJobsOneAfterAnother_KeepsNoneAliveThatIsForgotten()
    {
        const int Remembered = 16;
        var peers = new StepTimePeers(Remembered);
        var (jobs, steps) = (new List<WeakReference>(), new List<WeakReference>());
        for (var i = 0; i < 200; i++)
        {
            Live(peers, i, jobs, steps);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(0, jobs.Count(job => job.IsAlive));
        Assert.Equal(Remembered, steps.Count(one => one.IsAlive));
        GC.KeepAlive(peers);
    }

    // Of its own, so that no local of the caller keeps the job. It listens to those before it, and others listen to it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Live(StepTimePeers peers, int number, List<WeakReference> jobs, List<WeakReference> steps)
    {
        var job = new LearnedThroughput(Scores, maxLocalBatch: null, peers);
        Measure(job, 1 + (0.01 * (number % 7)), (1, 1), (1, 4));
        Assert.NotNull(job.Predict("A", 2, 8, 32));
        Measure(job, 1 + (0.01 * (number % 7)), (2, 8));
        Assert.NotNull(job.Predict("A", 4, 16, 32));
        jobs.Add(new WeakReference(job));
        steps.Add(new WeakReference(job.Steps));
    }

    [Fact]
    public void Version_WhenAskedOftenOrNever_ChangesNothing()
    {
        var answers = new[] { 0, 1, 5 }.Select(asked =>
        {
            var peers = new StepTimePeers();
            var jobs = Enumerable.Range(0, 6).Select(_ => new LearnedThroughput(Scores, maxLocalBatch: null, peers)).ToList();
            var times = new List<StepTime>();
            foreach (var place in ((int, int)[])[(1, 1), (1, 4), (2, 8)])
            {
                for (var i = 0; i < jobs.Count; i++)
                {
                    Measure(jobs[i], 1 + (0.1 * i), place);
                    foreach (var job in jobs.Where(job => !job.IsEmpty))
                    {
                        var versions = Enumerable.Range(0, asked).Select(_ => job.Version).ToList();
                        times.Add(job.Predict("A", 4, 16, 32)!.Value);
                        Assert.All(versions, version => Assert.Equal(job.Version, version));
                    }
                }
            }

            return times;
        }).ToList();

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
    }

    [Fact]
    public void Predict_OfTimesThatCannotBe_IsATimeAllTheSame()
    {
        var random = new Random(11);
        for (var trial = 0; trial < 300; trial++)
        {
            var peers = new StepTimePeers(8);
            var jobs = Enumerable.Range(0, 4).Select(_ => new LearnedThroughput(Scores, maxLocalBatch: null, peers, 1 + random.Next(1_000))).ToList();
            foreach (var job in jobs)
            {
                for (var i = random.Next(1, 6); i > 0; i--)
                {
                    var pass = Math.Pow(10, -6 + (11 * random.NextDouble()));
                    var nodes = random.Next(1, 4);
                    job.Observe(random.Next(2) == 0 ? "A" : "B", new StepObservation(
                        nodes, nodes * random.Next(1, 9), 1 + random.Next(100_000), new StepTime(pass * (1 + random.NextDouble()), pass * 0.5 * random.NextDouble())));
                }
            }

            foreach (var job in jobs)
            {
                var time = job.Predict(random.Next(2) == 0 ? "A" : "C", random.Next(1, 3), random.Next(2, 65), 1 + random.Next(100_000))!.Value;
                Assert.True(double.IsFinite(time.StepSeconds) && time.StepSeconds > 0 && time.SyncSeconds >= 0 && time.PassSeconds >= 0, $"{trial}: {time}");
            }
        }
    }

    private static void Measure(LearnedThroughput job, double factor, params (int Nodes, int Accelerators)[] places) => Measure(job, factor, "A", places);

    private static void Measure(LearnedThroughput job, double factor, string type, params (int Nodes, int Accelerators)[] places)
    {
        foreach (var (nodes, accelerators) in places)
        {
            foreach (var batch in (int[])[16, 32])
            {
                job.Observe(type, new StepObservation(nodes, accelerators, batch, Step(nodes, accelerators, batch, factor)));
            }
        }
    }

    // Half of a pass of 32 is constant; between nodes the exchange takes as long as that pass.
    private static StepTime Step(int nodes, int accelerators, int batch, double factor)
    {
        var pass = factor * (0.5 + (0.5 * batch / 32));
        var exchange = accelerators == 1 ? 1e-6 : factor * (nodes > 1 ? 1 : 0.1);
        return new StepTime(pass + exchange, exchange);
    }

    private LearnedThroughput Job(int unitBatch = 1) => new(Scores, maxLocalBatch: null, _peers, unitBatch);
}
