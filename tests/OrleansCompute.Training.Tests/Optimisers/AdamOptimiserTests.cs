using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Optimisers;

public sealed class AdamOptimiserTests
{
    /// <summary>Algorithm 1 of the paper, line by line, in double precision.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Step_OverManySteps_MatchesThePaper(int length)
    {
        var random = new Random(6);
        var optimiser = new AdamOptimiser(length, new AdamOptions { LearningRate = 0.01f });
        var parameters = new float[length];
        var (expected, m, v) = (new double[length], new double[length], new double[length]);
        for (var t = 1; t <= 50; t++)
        {
            var gradient = Enumerable.Range(0, length).Select(_ => (random.NextSingle() - 0.3f) * 3).ToArray();
            optimiser.Step(parameters, gradient);
            for (var i = 0; i < length; i++)
            {
                m[i] = (0.9 * m[i]) + (0.1 * gradient[i]);
                v[i] = (0.999 * v[i]) + (0.001 * gradient[i] * gradient[i]);
                expected[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
        }

        Assert.Equal(50, optimiser.StepCount);
        Assert.All(expected.Zip(parameters), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    [Fact]
    public void Step_AtTheFirst_MovesByTheLearningRate()
    {
        var parameters = new float[] { 1, 1 };
        new AdamOptimiser(2).Step(parameters, [1e-3f, -500]);
        Assert.Equal(1 - 1e-3f, parameters[0], 1e-6f);
        Assert.Equal(1 + 1e-3f, parameters[1], 1e-6f);
    }

    [Fact]
    public void Import_OfExportedState_ContinuesToTheSameBits()
    {
        var (a, b) = (new AdamOptimiser(3), new AdamOptimiser(3));
        float[] first = [1, 2, 3];
        a.Step(first, [0.1f, 0.2f, -0.3f]);
        var second = (float[])first.Clone();

        b.Import(a.Export());
        a.Step(first, [1, 1, 1]);
        b.Step(second, [1, 1, 1]);

        Assert.Equal(first, second);
        Assert.Equal(2, b.StepCount);
    }

    [Fact]
    public void Export_AfterwardsStepping_DoesNotChangeTheExportedState()
    {
        var optimiser = new AdamOptimiser(1);
        var state = optimiser.Export();
        optimiser.Step(new float[1], [1]);
        Assert.Equal(0, state.Slots[0][0]);
    }

    [Fact]
    public void Import_OfOtherOptimiser_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new AdamOptimiser(2).Import(new SgdOptimiser(2).Export()));
        Assert.Contains("'sgd'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'adam'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_WithWrongLengths_NamesThem()
    {
        var error = Assert.Throws<ArgumentException>(() => new AdamOptimiser(2).Step(new float[2], new float[3]));
        Assert.Contains("made for 2 parameters; given were 2 parameters and 3 gradient values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_Defaults_AreThePapers()
    {
        var options = new AdamOptions();
        Assert.Equal((1e-3f, 0.9f, 0.999f, 1e-8f), (options.LearningRate, options.Beta1, options.Beta2, options.Epsilon));
        Assert.Equal(4, new AdamOptions { LearningRate = 0, Beta1 = 1, Beta2 = -1, Epsilon = float.NaN }.Validate().Count);
    }
}
