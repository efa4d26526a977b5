#pragma once

namespace monochord {

/// Elementary functions in f64 with the same bits on every machine: only +, -, ×, ÷, fma and sqrt, no C library, no
/// table that depends on a rounding mode. Within 2 ulp of the true value over the ranges given.
double exactExp(double x);            ///< any x; 0 below -745.2, infinity above 709.8
double exactLog(double x);            ///< x > 0 (0: -infinity, negative: NaN)
double exactPow(double x, double y);  ///< x > 0; relative error below 1e-14 for results within 1e-300 … 1e300
double exactSin(double x);            ///< |x| < 1e7 (positions times frequencies)
double exactCos(double x);

}  // namespace monochord
