using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Tests.Speed;

public sealed class StepTimeFitTests
{
    [Fact]
    public void Predict_WhenStepsFollowTheLaw_MeetsWhatWasNotMeasured()
    {
        var steps = new List<StepObservation>();
        foreach (var (nodes, accelerators) in ((int, int)[])[(1, 1), (1, 2), (1, 4), (2, 8), (3, 12)])
        {
            foreach (var batch in (int[])[8, 16, 64])
            {
                steps.Add(new StepObservation(nodes, accelerators, batch, Law(nodes, accelerators, batch)));
            }
        }

        var fit = new StepTimeFit(steps);
        foreach (var (nodes, accelerators, batch) in ((int, int, int)[])[(1, 3, 32), (4, 16, 24), (2, 6, 128)])
        {
            Assert.Equal(1, fit.Predict(nodes, accelerators, batch).StepSeconds / Law(nodes, accelerators, batch).StepSeconds, 0.03);
        }
    }

    [Fact]
    public void Predict_WhenOnlyOneAcceleratorWasSeen_IsHopefulAboutMore()
    {
        var fit = new StepTimeFit([new StepObservation(1, 1, 32, new StepTime(1, 1e-6))]);
        Assert.Equal(1, fit.Predict(1, 1, 32).StepSeconds, 1e-3);
        Assert.Equal(1, fit.Predict(4, 16, 32).StepSeconds, 1e-3);
        Assert.Equal(1.5, fit.Predict(1, 1, 64).StepSeconds, 1e-3);
    }

    // Passes of 10 ms and 2 ms a sample; exchanges of 20 and 80 ms, longer with each accelerator; half overlapped.
    private static StepTime Law(int nodes, int accelerators, int batch)
    {
        var pass = 0.01 + (0.002 * batch);
        var exchange = accelerators == 1 ? 1e-9
            : nodes == 1 ? 0.02 + (0.001 * (accelerators - 2)) : 0.08 + (0.002 * (accelerators - 2));
        var step = Math.Sqrt((pass * pass) + (exchange * exchange));
        return new StepTime(step, step - pass);
    }
}
